// The cells of the matrix: a grid of glyphs to filter, and the story of the one that is opened.
// Text goes into the page as text nodes and attributes only, and never as markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const [NONE, RIGHT] = [0, 1];
  const BROKEN = data.tones.length - 1;
  const at = (id) => document.getElementById(id);
  const [filters, count, grid, here, dialog] = ["filters", "count", "grid", "here", "cell"].map(at);

  // An element with attributes and children; what is no element is text.
  function h(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children.flat().filter((child) => child !== null));
    return element;
  }

  const abiOf = (participant) => data.abis[participant.abi];
  const server = (row) => data.participants[data.servers[row]];
  const client = (column) => data.participants[data.clients[column]];
  const story = (encoding, row, column) => data.stories[data.cells[encoding][row][column] - 1];
  const causesOf = (of) => of.causes.map((cause) => data.causes[cause]).join(", ");
  const shown = (glyph) => (glyph === "." ? "\u00b7" : glyph);

  function words(of) {
    if (!of) return "no such cell in this report";
    const causes = of.causes.length > 0 ? ": " + causesOf(of) : "";
    return data.tones[of.tone].words + causes;
  }

  // --- Filters: what of the cells is shown, and which machines.

  const everything = () => true;
  const implementations = [...new Set(data.participants.map((one) => one.implementation))].sort();
  const kinds = [...new Set(data.abis.map((abi) => abi.kind))];
  const families = [...new Set(data.encodings.map((encoding) => encoding.family))];

  const which = [
    ["", [["all", `all ${data.encodings.length}, the worst of each`, everything],
          ["everywhere", "those that claim to be right everywhere", (one) => one.everywhere]]],
    ["Family", families.map((name) => [`family:${name}`, `${name}, the worst of each`, (one) => one.family === name])],
    ["Encoding", data.encodings.map((encoding) =>
      [`encoding:${encoding.name}`, encoding.name + (encoding.trap ? " (a trap)" : ""), (one) => one === encoding])],
  ];
  const results = [
    ["", [["any", "any", everything]]],
    ["Result", data.tones.map((tone, place) => [`tone:${place}`, tone.words, (of) => of.tone === place])],
    ["Verdict", ["held", "broken", "could-not-run", "unsupported"].map((name) =>
      [`verdict:${name}`, name, (of) => of.verdict === name])],
    ["Cause", data.causes.map((name, place) => [`cause:${place}`, name, (of) => of.causes.includes(place)])
      .filter(([, , test]) => data.stories.some(test))],
  ];
  const machines = [
    ["", [["any", "any", everything]]],
    ["Byte order", [["big", "big-endian", (one) => abiOf(one).big], ["little", "little-endian", (one) => !abiOf(one).big]]],
    ["Width of long", [8, 4].map((long) => [`long:${long}`, `${8 * long} bits`, (one) => abiOf(one).long === long])],
    ["Both", kinds.map((kind) => [`kind:${kind}`, kind, (one) => abiOf(one).kind === kind])],
    ["ABI", data.abis.map((abi) => [`abi:${abi.name}`, abi.name, (one) => abiOf(one) === abi])],
  ];
  const programs = [
    ["", [["any", "any", everything]]],
    ["Implementation", implementations.map((name) => [name, name, (one) => one.implementation === name])],
  ];

  const choices = {};
  function choice(name, label, groups) {
    const options = groups.map(([title, rows]) => {
      const of = rows.map(([value, text]) => h("option", { value }, text));
      return title === "" ? of : h("optgroup", { label: title }, of);
    });
    const select = h("select", { id: `by-${name}` }, options.flat());
    const tests = new Map(groups.flatMap(([, rows]) => rows.map(([value, , test]) => [value, test])));
    select.addEventListener("change", draw);
    choices[name] = { select, test: () => tests.get(select.value) };
    return h("label", {}, h("span", {}, label), select);
  }
  const reset = h("button", { type: "reset" }, "Clear");
  filters.append(
    choice("which", "Encoding", which), choice("result", "Result", results),
    choice("server", "Server's machine", machines), choice("server-by", "Server's program", programs),
    choice("client", "Client's machine", machines), choice("client-by", "Client's program", programs), reset);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(() => { choices.which.select.value = first(); draw(); }));
  filters.hidden = false;

  // What to begin with: trouble, where there is any; else what breaks by nature.
  function first() {
    if (data.stories.some((of) => of.tone >= BROKEN - 1)) return "all";
    const telling = (encoding, place) => !encoding.everywhere
      && data.cells[place].some((row) => row.some((cell) => cell > 0 && data.stories[cell - 1].tone > RIGHT));
    const found = data.encodings.filter(telling).sort((a, b) => (a.trap ? 1 : 0) - (b.trap ? 1 : 0));
    return found.length > 0 ? `encoding:${found[0].name}` : "all";
  }

  // --- The grid. `view` is what it shows: encodings, rows and columns, as places in the data.

  let view = { encodings: [], rows: [], columns: [], result: everything };
  let table = null;
  let cells = [];
  let drawn = "";
  let focused = null;

  // The worst of the cells that are shown between two, and its encoding.
  function worst(row, column) {
    let [found, encoding, glyphs] = [null, null, new Set()];
    for (const place of view.encodings) {
      const of = story(place, row, column);
      if (!of || !view.result(of)) continue;
      if (found === null || of.tone > found.tone) {
        [found, encoding, glyphs] = [of, place, new Set([of.glyph])];
      } else if (of.tone === found.tone) {
        glyphs.add(of.glyph);
      }
    }
    if (found === null) return { tone: NONE, glyph: " ", of: null, encoding: view.encodings[0] };
    const mixed = data.tones[found.tone].class === "tone-hangs" ? "#" : "*";
    return { tone: found.tone, glyph: glyphs.size > 1 ? mixed : found.glyph, of: found, encoding };
  }

  function head(place, line, part) {
    const participant = data.participants[line[place]];
    return h("th", { scope: part, title: `${participant.id} (${abiOf(participant).name})` }, h("span", {}, participant.label));
  }

  // Where another kind of machine begins.
  const begins = (places, line, index) => index > 0
    && abiOf(data.participants[line[places[index]]]).kind !== abiOf(data.participants[line[places[index - 1]]]).kind;

  function draw() {
    const chosen = choices.which.test();
    const accepts = (end) => {
      const [machine, program] = [choices[end].test(), choices[`${end}-by`].test()];
      return (place) => machine(data.participants[place]) && program(data.participants[place]);
    };
    const places = (line, accept) => line.map((_, index) => index).filter((index) => accept(line[index]));
    view = {
      encodings: data.encodings.map((_, place) => place).filter((place) => chosen(data.encodings[place])),
      rows: places(data.servers, accepts("server")),
      columns: places(data.clients, accepts("client")),
      result: choices.result.test(),
    };
    // Most choices leave rows and columns as they are: then the table stays, and only glyphs change.
    const lines = JSON.stringify([view.rows, view.columns]);
    if (lines !== drawn) frame();
    drawn = lines;
    const seen = new Map();
    view.rows.forEach((row, down) => {
      view.columns.forEach((column, across) => {
        const { tone, glyph, of } = worst(row, column);
        const cell = cells[down][across];
        const name = data.tones[tone].class + (cell.begins ? " begins" : "");
        if (cell.className !== name) cell.className = name;
        // What a page of thousands of cells leaves alone costs nothing.
        const label = of === null ? "nothing" : (of.words ??= words(of));
        if (cell.label !== label) cell.setAttribute("aria-label", label);
        if (cell.glyph !== glyph) cell.firstChild.data = shown(glyph);
        [cell.label, cell.glyph] = [label, glyph];
        seen.set(tone, (seen.get(tone) ?? 0) + 1);
      });
    });
    here.textContent = "";
    tell(seen);
  }

  // The table, without glyphs.
  function frame() {
    const kindRow = h("tr", { "aria-hidden": "true", class: "kinds" }, h("td", {}, ""));
    for (let index = 0; index < view.columns.length;) {
      const kind = abiOf(client(view.columns[index])).kind;
      let span = 1;
      while (index + span < view.columns.length && abiOf(client(view.columns[index + span])).kind === kind) span += 1;
      kindRow.append(h("td", { colspan: span, class: index > 0 ? "begins" : "" }, kind));
      index += span;
    }
    const headRow = h("tr", {}, h("th", { scope: "col" }, "server \\ client"));
    const starts = view.columns.map((_, index) => begins(view.columns, data.clients, index));
    view.columns.forEach((column, index) => {
      const cell = head(column, data.clients, "col");
      if (starts[index]) cell.classList.add("begins");
      headRow.append(cell);
    });
    const body = h("tbody", {});
    cells = view.rows.map((row, index) => {
      const line = h("tr", begins(view.rows, data.servers, index) ? { class: "begins" } : {}, head(row, data.servers, "row"));
      const those = starts.map((start) => {
        const cell = document.createElement("td");
        cell.setAttribute("role", "gridcell");
        cell.tabIndex = -1;
        cell.begins = start;
        cell.append("");
        return cell;
      });
      line.append(...those);
      body.append(line);
      return those;
    });
    const columns = h("colgroup", {}, h("col", { class: "names" }), h("col", { span: Math.max(view.columns.length, 1) }));
    table = h("table", { role: "grid", "aria-label": "Cells: servers down, clients across" }, columns, h("thead", {}, kindRow, headRow), body);
    table.style.setProperty("--columns", view.columns.length);
    grid.replaceChildren(table);
    focused = null;
    if (cells[0]?.[0]) cells[0][0].tabIndex = 0;
  }

  function tell(seen) {
    const parts = [...seen].sort(([a], [b]) => b - a)
      .map(([tone, number]) => `${number.toLocaleString("en")} ${tone === NONE ? "without" : data.tones[tone].words}`);
    const what = choices.which.select.selectedOptions[0].text;
    count.textContent = seen.size === 0
      ? "No machine is left: choose others."
      : `${what}: ${view.rows.length} servers, ${view.columns.length} clients: ${parts.join(", ")}.`;
  }

  // The row and column of a table cell, as places in the data.
  function placeOf(cell) {
    const down = [...table.tBodies[0].rows].indexOf(cell.parentElement);
    return [view.rows[down], view.columns[cell.cellIndex - 1]];
  }

  function move(cell) {
    (focused ?? table.querySelector("[tabindex='0']")).tabIndex = -1;
    focused = cell;
    cell.tabIndex = 0;
    cell.focus();
  }

  const cellAt = (event) => event.target.closest?.("td[role=gridcell]");

  function point(event) {
    const cell = cellAt(event);
    if (!cell) return;
    const [row, column] = placeOf(cell);
    const { of, encoding } = worst(row, column);
    const name = of === null ? "" : `${data.encodings[encoding].name}: `;
    here.textContent = `${server(row).id} serves, ${client(column).id} asks: ${name}${of === null ? "nothing of what is chosen" : words(of)}`;
  }

  grid.addEventListener("mouseover", point);
  grid.addEventListener("focusin", point);
  grid.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (!cell) return;
    move(cell);
    openCell(cell);
  });
  grid.addEventListener("keydown", (event) => {
    const cell = cellAt(event);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const line = cell.parentElement;
    const above = line.previousElementSibling?.cells[cell.cellIndex];
    const below = line.nextElementSibling?.cells[cell.cellIndex];
    const step = {
      ArrowRight: () => line.cells[cell.cellIndex + 1],
      ArrowLeft: () => (cell.cellIndex > 1 ? line.cells[cell.cellIndex - 1] : null),
      ArrowUp: () => above,
      ArrowDown: () => below,
      Home: () => line.cells[1],
      End: () => line.cells[line.cells.length - 1],
    }[event.key];
    if (step) {
      event.preventDefault();
      const next = step();
      if (next) move(next);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      openCell(cell);
    }
  });

  // --- The dialog: one cell. `opened` is the address of the one that was opened last.

  let opened = "";

  function openCell(cell) {
    const [row, column] = placeOf(cell);
    tellCell(worst(row, column).encoding ?? 0, row, column);
  }

  function tellCell(encoding, row, column) {
    const of = story(encoding, row, column);
    const close = h("button", { type: "button", class: "close", "aria-label": "Close" }, "\u00d7");
    close.addEventListener("click", () => dialog.close());
    const name = data.encodings[encoding].name;
    const title = h("h2", { id: "cell-title" }, `${name} `, of ? badge(of) : null);
    dialog.replaceChildren(
      h("header", {}, title, close),
      siblings(encoding, row, column),
      ...(of ? told(of, encoding, row, column) : [ends(row, column), h("p", {}, "No such cell in this report.")]));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    const address = new URLSearchParams({ cell: name, server: server(row).id, client: client(column).id });
    history.replaceState(null, "", "#" + address);
    opened = location.hash;
  }
  dialog.addEventListener("close", () => {
    // Who has gone on to another address in the meantime stays there.
    if (location.hash === opened) history.replaceState(null, "", "#cells");
    // The grid may have been drawn again, or the dialog opened by a link.
    (focused ?? table.querySelector("[tabindex='0']"))?.focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  function badge(of) {
    return h("span", { class: "badge " + data.tones[of.tone].class }, `${shown(of.glyph)} ${words(of)}`.trim());
  }

  // The same two ends in the other encodings.
  function siblings(encoding, row, column) {
    const buttons = data.encodings.map((other, place) => {
      const of = story(place, row, column);
      if (!of || (of.tone === NONE && place !== encoding)) return null;
      const button = h("button", { type: "button", class: data.tones[of.tone].class, "aria-pressed": place === encoding, title: words(of) },
        h("span", { "aria-hidden": "true" }, shown(of.glyph)), ` ${other.name}`);
      button.addEventListener("click", () => {
        tellCell(place, row, column);
        dialog.querySelector("[aria-pressed=true]")?.focus();
      });
      return button;
    });
    return h("div", { class: "siblings", role: "group", "aria-label": "The same two, in another encoding" }, buttons);
  }

  function ends(row, column) {
    const end = (part, one) => {
      const abi = abiOf(one);
      const with_ = [one.compiler, one.runner].filter(Boolean).join("; ");
      return h("div", {}, h("dt", {}, part), h("dd", {}, h("strong", {}, one.id), h("br", {}),
        `${abi.name}: ${abi.big ? "big" : "little"}-endian, long of ${abi.long} octets, int64_t aligned to ${abi.align}`,
        with_ === "" ? null : h("br", {}), with_ === "" ? null : h("span", { class: "quiet" }, with_)));
    };
    return h("dl", { class: "ends" }, end("server", server(row)), end("client", client(column)));
  }

  function told(of, encoding, row, column) {
    const parts = [ends(row, column)];
    if (of.verdict !== null) {
      const held = { held: "everything claimed of this cell is so", broken: "something claimed of this cell is not so",
        unsupported: "one end does not implement the encoding", "could-not-run": "nothing is known, which is no pass" }[of.verdict];
      parts.push(h("p", {}, h("strong", {}, `Verdict: ${of.verdict}`), held ? `: ${held}.` : "."));
    } else if (of.tone === NONE) {
      parts.push(h("p", {}, "One end does not implement the encoding."));
    } else {
      parts.push(h("p", {}, h("strong", {}, "Predicted"), " from the model of the two machines; nothing was run."));
    }
    if (of.why !== null) parts.push(h("pre", { class: "why" }, of.why));
    if (of.causes.length > 0) {
      const reasons = of.causes.map((cause) => h("li", {}, h("strong", {}, data.causes[cause]),
        data.own ? null : `: ${because(cause, row, column)}`));
      parts.push(h("h3", {}, "Because of"), h("ul", {}, reasons));
      const lines = data.explained[data.encodings[encoding].name] ?? [];
      if (lines.length > 0) parts.push(h("p", { class: "quiet" }, "Found by comparing cells. ", lines.join("; ").replace(" where; ", " where "), "."));
    }
    if (of.predicted !== null || of.observed !== null) parts.push(...exchanges(of));
    if (of.tone !== NONE) parts.push(...commands(of, encoding, row, column));
    return parts;
  }

  function because(cause, row, column) {
    const [s, c] = [abiOf(server(row)), abiOf(client(column))];
    const order = (abi) => (abi.big ? "big-endian" : "little-endian");
    return [
      `the client's machine is ${order(c)}, the server's ${order(s)}: each reads the other's integers from the wrong end`,
      `a long, or an address, has ${c.long} octets at the client and ${s.long} at the server`,
      `an int64_t is aligned to ${c.align} octets at the client and to ${s.align} at the server, so the fields after padding lie elsewhere`,
      "the client writes EBCDIC, the server reads ASCII",
    ][cause] ?? "";
  }

  const spaced = (hex) => hex.replace(/(..)(?=.)/g, "$1 ");

  // Octets, and the characters they would be where all of them are such.
  function octets(hex) {
    if (hex === "") return h("span", { class: "quiet" }, "nothing");
    const codes = hex.match(/../g).map((octet) => parseInt(octet, 16));
    const text = codes.every((code) => code === 10 || (code >= 32 && code < 127)) ? JSON.stringify(String.fromCharCode(...codes)) : null;
    return h("span", {}, h("code", {}, spaced(hex)), text === null ? null : h("span", { class: "quiet text" }, ` ${text}`));
  }

  function exchanges(of) {
    // Of a user's own protocol nothing is predicted: what is due there is what was promised.
    const [predicted, observed] = [of.predicted, of.observed].map((run) => (run === null ? null : data.runs[run]));
    const asked = data.own ? "request" : "a, b";
    const head = h("tr", {}, [asked, "right", ...(data.own ? [] : ["predicted"]), ...(data.observed ? ["observed"] : []), "client sent", "server answered"]
      .map((text, index) => h("th", { scope: "col", class: index === 0 ? "number" : "" }, text)));
    const rows = data.vectors.map(([a, b], index) => {
      const expected = data.exchanges[(predicted ?? observed)[index]];
      const seen = observed === null || index >= observed.length ? null : data.exchanges[observed[index]];
      const [outcome, promised, sent, received] = seen ?? expected;
      const otherOctets = seen !== null && of.exact && (sent !== expected[2] || received !== expected[3]);
      const surprise = !data.own && seen !== null && (outcome !== expected[0] || otherOctets);
      const right = outcome === promised;
      const mark = (place) => place === promised ? h("span", { class: "good" }, "\u2713\u00a0") : h("span", { class: "bad" }, "\u2717\u00a0");
      const said = (place) => [mark(place), data.outcomes[place]];
      const both = (place, wanted) => h("div", {}, octets(data.octets[place]),
        otherOctets && place !== wanted ? h("div", { class: "bad" }, "predicted: ", octets(data.octets[wanted])) : null);
      const cell = (label, kind, ...children) => h("td", { "data-label": label, class: kind }, ...children);
      return h("tr", { class: surprise ? "surprise" : right ? "" : "not-right" },
        cell(asked, "number", a, ...(b === undefined ? [] : [h("br", {}), b])), cell("right", "", data.outcomes[promised]),
        data.own ? null : cell("predicted", "", ...said(expected[0])),
        data.observed ? cell("observed", "", ...(seen === null ? ["\u2013"] : said(outcome)),
          surprise ? h("strong", { class: "bad" }, " ! not as predicted") : null) : null,
        cell("client sent", "octets whole", both(sent, expected[2])),
        cell("server answered", "octets whole", both(received, expected[3])));
    });
    const source = observed === null ? "Octets: predicted." : "Octets: observed.";
    return [h("h3", {}, "Vector by vector"), h("p", { class: "quiet" }, `${source} What the client sent is what came to the server, and the reverse.`),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Vector by vector" },
        h("table", { class: "cards vectors" }, h("thead", {}, head), h("tbody", {}, rows)))];
  }

  function commands(of, encoding, row, column) {
    const names = { "{server}": server(row).id, "{client}": client(column).id, "{encoding}": data.encodings[encoding].name };
    const rerun = data.rerun.replace(/\{(server|client|encoding)\}/g, (name) => names[name]) + data.options;
    const run = data.runs[of.observed ?? of.predicted] ?? [];
    const wrong = run.findIndex((place) => data.exchanges[place][0] !== data.exchanges[place][1]);
    const vector = wrong < 0 ? "" : ` --vector ${data.vectors[wrong].join(",")}`;
    const explain = `crossum explain --server ${names["{server}"]} --client ${names["{client}"]} --encoding ${names["{encoding}"]}${vector}${data.model}`;
    return [h("h3", {}, "Again"), command("run it", rerun), ...(data.own ? [] : [command("explain it, octet by octet", explain)])];
  }

  function command(label, text) {
    const code = h("code", { class: "command" }, text);
    const parts = [h("span", { class: "quiet" }, label), code];
    // Only where the browser lets a page write to the clipboard.
    if (navigator.clipboard) {
      const copy = h("button", { type: "button" }, "Copy");
      copy.addEventListener("click", () => navigator.clipboard.writeText(text)
        .then(() => { copy.textContent = "Copied"; }, () => { getSelection().selectAllChildren(code); }));
      parts.push(copy);
    }
    return h("p", { class: "again" }, parts);
  }

  // --- Addresses: `#encoding=...`, `#claim=everywhere`, `#cell=...&server=...&client=...`.

  function go() {
    const address = new URLSearchParams(location.hash.slice(1));
    const encoding = data.encodings.findIndex((one) => one.name === (address.get("cell") ?? address.get("encoding")));
    if (address.has("cell")) {
      const [row, column] = [
        data.servers.findIndex((place) => data.participants[place].id === address.get("server")),
        data.clients.findIndex((place) => data.participants[place].id === address.get("client"))];
      if (encoding >= 0 && row >= 0 && column >= 0) tellCell(encoding, row, column);
    } else if (encoding >= 0 || address.get("claim") === "everywhere") {
      choices.which.select.value = encoding >= 0 ? `encoding:${data.encodings[encoding].name}` : "everywhere";
      draw();
      at("cells").scrollIntoView();
    }
  }
  addEventListener("hashchange", go);

  choices.which.select.value = first();
  draw();
  go();
})();
