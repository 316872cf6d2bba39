// Makes the README's picture: `node picture.mjs PAGE.html PICTURE.png`.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [page_file, picture] = process.argv.slice(2);
const executablePath = process.env.LEASELAB_CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 960 }, colorScheme: "light" });
const page = await context.newPage();
await page.goto(`${pathToFileURL(resolve(page_file)).href}#t=33.000`);
await page.waitForTimeout(500);
await page.screenshot({ path: picture });
await browser.close();
