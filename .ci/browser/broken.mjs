// Breaks the page of a matrix, and that of types, in every way that page.mjs checks. Each must be found.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, look, operate, read, sweep } from "./page.mjs";

const wait = (milliseconds) => `{ const begun = performance.now(); while (performance.now() < begun + ${milliseconds}) ; }`;

// The broken pages: the operations on each, and for each fault the complaint that must come, what is replaced, and by what.
const PAGES = [
  [[], [
    [/first painted after/, "<h1>", `<script>${wait(1200)}</script><h1>`],
    [/2\d{3} px wide at first/, "<h1>", '<div style="width: 2000px">wide</div><h1>'],
    [/contrast of p/, "</h1>", '</h1><p style="color: #888; background: #999">pale</p>'],
    [/asks for .*elsewhere/, "default-src 'none';", "img-src *;", "<h1>", '<img src="elsewhere.png" alt=""><h1>'],
  ]],
  [[sweep], [
    [/the filter .* takes/, "function draw() {", `function draw() { if (choices.which.select.value === "everywhere") ${wait(120)}`],
    [/leave another grid/, "drawn = lines;", "drawn ||= lines;"],
  ]],
  [[operate], [
    [/console says: out of cheese/, "function frame() {", "function frame() { console.error('out of cheese');"],
    [/missing is not defined/, "function frame() {", "function frame() { setTimeout(() => missing());"],
    [/neither little- nor big-endian/, "(one) => !abiOf(one).big", "(one) => abiOf(one).big"],
    [/not only what is right/, "if (!of || !view.result(of)) continue;", "if (!of) continue;"],
    [/have no letter or no label/, "cell.firstChild.data = shown(glyph);", ""],
    [/controls have no name/, 'return h("label", {}, ', 'return h("div", {}, '],
    [/right and down lead to/, "ArrowDown: () => below", "ArrowDown: () => above"],
    [/End and Home lead to/, "Home: () => line.cells[1]", "Home: () => line.cells[2]"],
    [/the focus is not seen/, "outline: 3px solid var(--link); outline-offset: -3px", "outline: none"],
    [/does not say `crossum matrix/, 'command("run it", rerun), ', ""],
    [/vectors, and there are/, "const rows = data.vectors.map(", "const rows = data.vectors.slice(1).map("],
    [/the octets are/, 'h("code", {}, spaced(hex))', 'h("code", {}, hex)'],
  ]],
  [[operate], [
    [/have no letter or no label/, 'cell.setAttribute("aria-label", label', 'cell.setAttribute("title", label'],
    [/address of a cell opens another/, "const [row, column] = [\n", "const [column, row] = [\n"],
    [/a name does not show its encoding/, "choices.which.select.value = encoding >= 0 ?", "choices.which.select.title = encoding >= 0 ?"],
  ]],
  [[operate], [
    [/closing leads to/, "?.focus();\n  });", "?.blur();\n  });"],
    [/wide with a cell open/, "dialog { width: ", "dialog { position: absolute; min-width: 3000px; width: "],
  ]],
  [[operate], [
    [/the focused cell is covered/, ".here {", ".grid tr:nth-child(2) > th { overflow: visible; } .grid tr:nth-child(2) > th::after { content: ''; position: absolute; inset: 0 -30rem 0 0; } .here {"],
    [/Enter opens nothing/, 'event.key === "Enter"', 'event.key === "F2"'],
  ]],
  [[operate], [
    [/the grid is empty/, "view.rows.map((row, index) => {", "[].map((row, index) => {"],
  ]],
  [[operate], [
    [/a click opens nothing/, "move(cell);\n    openCell(cell);", "move(cell);"],
  ]],
  [[operate], [
    [/Escape does not close/, "dialog.showModal();", "dialog.show();"],
  ]],
];

const TYPES = [
  [[read], [
    [/shown before anybody asks/, ".map-reason { display: none;", ".map-reason {"],
    [/strips begin at/, "<svg width", '<svg style="margin-left: 9px" width'],
    [/in a picture has no name/, "<title>magic", "<title></title><title>magic"],
    [/a reason has no cure/, /<b>Cure: <\/b>/g, ""],
  ]],
  [[read], [
    [/a click shows no reason/, ".map-reason:target { display: block; }", ""],
    // For the same fault.
    [/Enter shows no reason/],
  ]],
  [[read], [
    [/nothing is marked/, /<a href="#[^"]*"><g>/g, "<g>", /<\/g><\/a>/g, "</g>"],
  ]],
  [[read], [
    [/wide with a reason open/, ".map-reason:target { display: block;", ".map-reason:target { display: block; width: 3000px;"],
  ]],
];

const pages = await Promise.all(process.argv.slice(2).map((path) => readFile(path, "utf8")));
const ALL = [...PAGES.map((one) => [pages[0], ...one]), ...TYPES.map((one) => [pages[1], ...one])];
const folder = await mkdtemp(join(tmpdir(), "broken-page-"));
const chromium = await browser();
const complaints = [];

let number = 0;
for (const [page, operations, breaks] of ALL) {
  let broken = page;
  for (const [, ...replaced] of breaks) {
    for (let place = 0; place < replaced.length; place += 2) {
      const [found] = replaced.slice(place);
      if (found instanceof RegExp ? !found.test(broken) : !broken.includes(found)) complaints.push(`the page has no \`${replaced[place]}\` to break`);
      broken = broken.replace(replaced[place], () => replaced[place + 1]);
    }
  }
  const path = join(folder, "page.html");
  await writeFile(path, broken);
  const { wrong } = await look(chromium, path, operations, { widths: [360], schemes: ["light"], patience: 1000 });
  for (const [said, found, instead] of breaks) {
    number += 1;
    if (!wrong.some((what) => said.test(what))) {
      complaints.push(`nothing of ${said} was said of a page with \`${instead}\` for \`${found}\`, but: ${wrong.join("; ") || "nothing"}`);
    }
  }
}
await chromium.close();
await rm(folder, { recursive: true });
for (const complaint of complaints) console.error(complaint);
console.log(`pages broken in ${number} ways: ${complaints.length === 0 ? "each was found" : `${complaints.length} complaints`}`);
process.exitCode = complaints.length === 0 ? 0 : 1;
