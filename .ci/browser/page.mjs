// Checks pages in Chromium. The exit status is 1 when something is wrong with one.
// The first is the page of a matrix with both byte orders and raw-long, the second that of types of which one breaks. The others have nothing to operate.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

// Milliseconds, as all times are.
const EVERYWHERE = { widths: [360, 1600], schemes: ["light", "dark"], patience: 10000 };
const PAINT = 1000;
const FILTER = 100;

export async function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Without a sandbox, which root cannot have: it shows our own files only, and asks nobody anything.
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}

// Runs operations on a page. Returns what is wrong with it, and how fast it was.
export async function look(chromium, path, operations, { widths, schemes, patience } = EVERYWHERE) {
  const wrong = [];
  const check = (good, what) => { if (!good) wrong.push(what); };
  const times = { paint: 0, filter: 0 };
  for (const colorScheme of schemes) {
    for (const width of widths) {
      const at = `${width} px, ${colorScheme}`;
      const context = await chromium.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const address = pathToFileURL(path).href;
      page.on("console", (message) => { if (["error", "warning"].includes(message.type())) check(false, `${at}: the console says: ${message.text()}`); });
      page.on("pageerror", (error) => check(false, `${at}: ${error.stack}`));
      page.on("request", (request) => check(request.url() === address, `${at}: it asks for ${request.url()}`));
      page.setDefaultTimeout(patience);
      try {
        await page.goto(address, { timeout: EVERYWHERE.patience });
        let paint = await firstPaint(page);
        if (paint >= PAINT) {
          // Once more, since other work of the machine may have slowed it.
          await page.reload({ timeout: EVERYWHERE.patience });
          paint = Math.min(paint, await firstPaint(page));
        }
        times.paint = Math.max(times.paint, paint);
        check(paint < PAINT, `${at}: first painted after ${Math.round(paint)} ms`);
        const fits = async (when) => {
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          check(wide <= width, `${at}: ${wide} px wide ${when}`);
        };
        await fits("at first");
        for (const [name, ratio] of await contrasts(page)) check(ratio >= 4.5, `${at}: the contrast of ${name} is ${ratio.toFixed(1)}, and 4.5 is readable`);
        for (const operate of operations) await operate({ page, at, check, fits, times });
      } catch (error) {
        check(false, `${at}: ${error.message}`);
      }
      await context.close();
    }
  }
  return { wrong, times };
}

// Milliseconds from the navigation to the first paint.
function firstPaint(page) {
  return page.evaluate(() => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: "paint", buffered: true });
  }));
}

// The least contrast of every element that has text of its own with its background, by element and class (WCAG 2.2, 1.4.3).
function contrasts(page) {
  return page.evaluate(() => {
    const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        const gradient = style.backgroundImage.match(/rgb\([^)]*\)/);
        if (gradient) return parse(gradient[0]);
        const colour = parse(style.backgroundColor);
        if (colour[3] !== 0) return colour;
      }
      return [255, 255, 255];
    };
    const least = {};
    for (const element of document.querySelectorAll("main *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
      // The background of text in a picture is not its parent. Hidden elements have no size.
      if (!own || element.closest("svg") || element.getClientRects().length === 0) continue;
      const [ink, ground] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
      const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      const name = `${element.localName}.${element.className}`;
      least[name] = Math.min(least[name] ?? 99, ratio);
    }
    return Object.entries(least);
  });
}

// Sets every filter of a matrix to each of its choices and back, and measures how long it takes until the result is visible.
export async function sweep({ page, at, check, times }) {
  const cells = page.locator("#grid td[role=gridcell]");
  const all = await cells.count();
  for (const select of await page.locator("#filters select").all()) {
    const taken = await select.evaluate((element, most) => {
      const took = (value) => {
        const begun = performance.now();
        element.value = value;
        element.dispatchEvent(new Event("change", { bubbles: true }));
        // Forces style and layout now, and not with the next frame.
        document.body.getBoundingClientRect();
        return performance.now() - begun;
      };
      const begun = element.value;
      const values = [...element.options].map((option) => option.value);
      const taken = [...values, begun].map((value) => [value, took(value)]);
      // Once more, since other work of the machine may have slowed it.
      const least = taken.map(([value, once]) => [value, once < most ? once : (took(begun), Math.min(once, took(value)))]);
      took(begun);
      return least;
    }, FILTER);
    for (const [value, took] of taken) {
      times.filter = Math.max(times.filter, took);
      check(took < FILTER, `${at}: the filter ${value} takes ${Math.round(took)} ms`);
    }
  }
  check(await cells.count() === all, `${at}: filters that are undone leave another grid`);
}

// Uses the page of a matrix: filters, and the cells by mouse and by keyboard.
export async function operate({ page, at, check, fits }) {
  const rows = page.locator("#grid tbody tr");
  const cells = page.locator("#grid td[role=gridcell]");
  const dialog = page.locator("dialog[open]");
  const all = await cells.count();
  check(all > 0, `${at}: the grid is empty`);

  // A filter leaves what it names: one byte order, or one kind of program.
  await page.selectOption("#by-server", "little");
  const little = await rows.count();
  await page.selectOption("#by-server", "big");
  check(await rows.count() + little === all / (await rows.first().locator("td").count()), `${at}: a server is neither little- nor big-endian`);
  await page.selectOption("#by-server", "any");
  await page.selectOption("#by-which", "encoding:raw-long");
  await page.selectOption("#by-result", "tone:1");
  const shown = await page.locator("#grid td[role=gridcell]:not(.tone-right):not(.tone-none)").count();
  check(shown === 0 && await page.locator("#grid td.tone-right").count() > 0, `${at}: not only what is right is shown`);
  await page.selectOption("#by-result", "any");

  // Colour is not the only sign: each cell has letters, too.
  const letters = await page.evaluate(() => [...document.querySelectorAll("#grid td[role=gridcell]")]
    .filter((cell) => !cell.classList.contains("tone-none") && (cell.textContent.trim() === "" || !cell.getAttribute("aria-label"))).length);
  check(letters === 0, `${at}: ${letters} cells have no letter or no label`);
  const names = await page.evaluate(() => [...document.querySelectorAll("select, button")]
    .filter((control) => !(control.labels?.length || control.getAttribute("aria-label") || (control.localName === "button" && control.textContent.trim()))).length);
  check(names === 0, `${at}: ${names} controls have no name`);

  // By mouse.
  await cells.first().click();
  check(await dialog.count() === 1, `${at}: a click opens nothing`);
  await checkOpenCell({ page, at, check, dialog });
  await fits("with a cell open");
  await page.keyboard.press("Escape");
  check(await dialog.count() === 0, `${at}: Escape does not close`);

  // By keyboard: to the right, down, and Enter.
  const place = () => page.evaluate(() => {
    const cell = document.activeElement;
    return cell.getAttribute("role") === "gridcell" ? [cell.parentElement.sectionRowIndex, cell.cellIndex - 1].join() : "elsewhere";
  });
  check(await place() === "0,0", `${at}: closing leads to ${await place()}`);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  check(await place() === "1,1", `${at}: right and down lead to ${await place()}`);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Home");
  check(await place() === "1,0", `${at}: End and Home lead to ${await place()}`);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check(outline === "solid", `${at}: the focus is not seen`);
  const hidden = await page.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect();
    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) !== document.activeElement;
  });
  check(!hidden, `${at}: the focused cell is covered`);
  await page.keyboard.press("Enter");
  check(await dialog.count() === 1, `${at}: Enter opens nothing`);
  const address = await page.evaluate(() => location.hash);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => location.hash === "#cells");

  // Its address opens the same again, and a name in the overview shows its encoding.
  await page.evaluate((hash) => { location.hash = hash; }, address);
  await dialog.waitFor();
  check(await page.evaluate(() => location.hash) === address, `${at}: the address of a cell opens another`);
  await page.keyboard.press("Escape");
  await page.locator("a[href='#encoding=text']").first().click();
  const shows = await page.waitForFunction(() => document.getElementById("by-which").value === "encoding:text").catch(() => null);
  check(shows !== null, `${at}: a name does not show its encoding`);
}

// What an open cell must show.
async function checkOpenCell({ page, at, check, dialog }) {
  const text = await dialog.innerText();
  for (const needed of ["server", "client", "crossum matrix --server", "crossum explain --server", "--encodings raw-long"]) {
    check(text.includes(needed), `${at}: an open cell does not say \`${needed}\``);
  }
  const vectors = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).vectors);
  const shown = await dialog.locator("tbody tr").count();
  check(shown === vectors.length, `${at}: an open cell has ${shown} vectors, and there are ${vectors.length}`);
  const octets = await dialog.locator("tbody tr").nth(1).locator("code").allInnerTexts();
  check(octets.length === 2 && octets.every((hex) => /^[0-9a-f]{2}( [0-9a-f]{2})*$/.test(hex.trim())), `${at}: the octets are ${octets.join(" | ")}`);
}

// Uses the page of types: what is to be changed leads to the reason and the cure, by mouse and by keyboard.
export async function read({ page, at, check, fits }) {
  const faults = page.locator(".map a");
  const reason = page.locator(".map-reason:target");
  check(await faults.count() > 0, `${at}: nothing is marked in a picture`);
  check(await page.locator(".map-reason").count() > 0 && await page.locator(".map-reason:visible").count() === 0, `${at}: reasons are shown before anybody asks`);

  // One strip below another, at one scale: the first octets of all begin in one line.
  const begins = await page.evaluate(() => [...document.querySelectorAll(".map")]
    .map((map) => new Set([...map.querySelectorAll("svg")].map((svg) => Math.round(svg.getBoundingClientRect().left))).size));
  check(begins.every((places) => places === 1), `${at}: strips begin at ${begins.join(", ")} places`);
  const named = await page.evaluate(() => [...document.querySelectorAll(".map g")].every((piece) => piece.querySelector("title")?.textContent.trim()));
  check(named, `${at}: something in a picture has no name`);

  await faults.first().locator("rect").first().click().catch(() => {});
  check(await reason.count() === 1 && await reason.isVisible(), `${at}: a click shows no reason`);
  const text = await reason.first().innerText().catch(() => "");
  check(text.includes("Cure: "), `${at}: a reason has no cure`);
  await fits("with a reason open");

  await faults.last().focus({ timeout: 1000 }).catch(() => {});
  await page.keyboard.press("Enter");
  const target = await faults.last().getAttribute("href");
  const leads = await page.waitForFunction((href) => location.hash === href, target).catch(() => null);
  check(leads !== null && await reason.isVisible(), `${at}: Enter shows no reason`);
}

async function main(paths) {
  const chromium = await browser();
  let failed = false;
  for (const [place, path] of paths.entries()) {
    const { wrong, times } = await look(chromium, path, [[sweep, operate], [read]][place] ?? []);
    for (const what of wrong) console.error(`${path}: ${what}`);
    failed ||= wrong.length > 0;
    console.log(`${path}: ${wrong.length === 0 ? "nothing wrong" : `${wrong.length} wrong`}; first paint within ${Math.round(times.paint)} ms`
      + (place === 0 ? `, a filter within ${Math.round(times.filter)} ms` : ""));
  }
  await chromium.close();
  process.exitCode = failed ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
