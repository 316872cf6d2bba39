// Parses diagrams with Mermaid itself in Chromium: `node mermaid.mjs FOLDER`, where FOLDER holds the
// diagrams as NAME.mmd. Those called hostile are drawn as well, and may not run anything. Prints one
// line a failure, then `N passed, N failed`.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const folder = resolve(process.argv[2]);
const executablePath = process.env.LEASELAB_CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
const path = fileURLToPath(new URL("./node_modules/mermaid/dist/mermaid.min.js", import.meta.url));
await page.addScriptTag({ path });

let passed = 0;
let failed = 0;
for (const name of readdirSync(folder).filter((name) => name.endsWith(".mmd")).sort()) {
  const text = readFileSync(join(folder, name), "utf8");
  const complaint = await page.evaluate(async ({ text, draw }) => {
    try {
      const { diagramType } = await globalThis.mermaid.parse(text);
      if (diagramType !== "sequence") return `it is a ${diagramType}`;
      if (!draw) return null;
      const { svg } = await globalThis.mermaid.render("drawn", text);
      document.body.innerHTML = svg;
      await new Promise((done) => setTimeout(done, 50));
      return globalThis.hostile ? "its text ran" : null;
    } catch (error) {
      return String(error);
    }
  }, { text, draw: name.startsWith("hostile") });
  if (complaint) {
    failed += 1;
    console.log(`${name}: ${complaint}`);
  } else {
    passed += 1;
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
