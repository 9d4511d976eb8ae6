// Draws the pictures of the README from a matrix's page: `node picture.mjs MATRIX.html FOLDER`.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browser } from "./page.mjs";

const [page, folder] = process.argv.slice(2);
const chromium = await browser();
for (const colorScheme of ["light", "dark"]) {
  const context = await chromium.newContext({ viewport: { width: 1100, height: 900 }, colorScheme });
  const view = await context.newPage();
  await view.goto(pathToFileURL(page).href);
  await view.locator(".panels").first().screenshot({ path: path.join(folder, `matrix-${colorScheme}.png`) });
  await context.close();
}
await chromium.close();
