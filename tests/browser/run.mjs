// Drives pages in Chromium: `node run.mjs FOLDER`, where FOLDER holds the pages as NAME.html.
//
// Every page is scrubbed, stepped, played, filtered, searched, deep-linked, predicted and printed;
// none may complain on the console, ask the network for anything, run hostile text, or have a
// violation that axe-core finds. Prints one line a failure, then `N passed, N failed`.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = resolve(process.argv[2]);
const executablePath = process.env.LEASELAB_CHROMIUM ?? "/usr/bin/chromium";
const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** What went wrong on a page, in words. */
class Complaints {
  constructor() { this.all = []; }
  check(holds, what) { if (!holds) this.all.push(what); }
}

async function open(file, options, complaints) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false, ...options });
  const page = await context.newPage();
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.all.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => complaints.all.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { complaints.all.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith("file:") && !request.url().startsWith("data:")) complaints.all.push(`network: ${request.url()}`); });
  await page.goto(file);
  return { context, page };
}

const frame = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const now = (page) => page.textContent("output.now");

async function drive(page, complaints) {
  const facts = await page.$$eval(".facts li", (items) => items.length);
  complaints.check(facts > 0, "it shows no facts");
  const end = await now(page);
  await page.keyboard.press("Home");
  await frame(page);
  complaints.check((await now(page)) === "0.000", `Home goes to ${await now(page)}`);
  const table = await page.textContent(".copies-panel");
  await page.keyboard.press("ArrowRight");
  await frame(page);
  const first = await now(page);
  for (let index = 0; index < 40; index += 1) await page.keyboard.press("ArrowRight");
  await frame(page);
  complaints.check(Number(await now(page)) > Number(first) || (await now(page)) === end, "steps lead nowhere");
  await page.keyboard.press("End");
  await frame(page);
  complaints.check((await now(page)) === end, `End goes to ${await now(page)}, not ${end}`);
  const later = await page.$$eval(".facts li.later", (items) => items.length);
  complaints.check(later === 0, `${later} facts are still to come at the end`);
  complaints.check(table.length > 0, "the table is empty");
  // The scrubber, as a finger drags it.
  await page.$eval(".controls input[type=range]", (range) => { range.value = String(Math.round(range.max / 2)); range.dispatchEvent(new Event("input")); });
  await frame(page);
  const middle = await now(page);
  complaints.check(Number(middle) <= Number(end), `the scrubber goes to ${middle}`);
  // Filters and search.
  await page.click(".filters button:nth-child(2)");
  const all = await page.$$eval(".facts li:not([hidden])", (items) => items.length);
  complaints.check(all === facts, `all shows ${all} of ${facts} facts`);
  await page.fill(".filters input", "zzz no such fact");
  complaints.check((await page.$$(".facts li:not([hidden])")).length === 0, "a search for nothing finds something");
  await page.fill(".filters input", "");
  await page.click(".filters button:nth-child(1)");
  await page.evaluate(() => document.activeElement.blur());
}

async function play(page, complaints) {
  await page.keyboard.press("Home");
  await frame(page);
  await page.click("button:has-text('play')");
  await page.waitForFunction(() => document.querySelector("output.now").textContent !== "0.000", null, { timeout: 4000 }).catch(() => complaints.all.push("play does not play"));
  await page.click("button:has-text('pause')").catch(() => {});
}

async function predict(page, complaints) {
  await page.click("button:has-text('predict')");
  await frame(page);
  const questions = await page.evaluate(() => JSON.parse(document.querySelector("script.data").textContent).questions);
  for (const question of questions) {
    await page.keyboard.press("End");
    await frame(page);
    const asked = await page.isVisible(".ask");
    complaints.check(asked, `it does not ask: ${question.text}`);
    if (!asked) return;
    const ahead = await page.$$eval(".facts li:not(.later)", (items) => items.length);
    const facts = await page.evaluate((t) => JSON.parse(document.querySelector("script.data").textContent).facts.filter((fact) => fact.t >= t).length, question.t);
    const total = await page.$$eval(".facts li", (items) => items.length);
    complaints.check(ahead <= total - facts, "it shows what it asks for");
    if (question.choices.length) await page.click(`.ask .choices button:nth-child(${question.right + 1})`);
    else await page.click(".ask button:has-text('reveal')");
    await page.click(".ask button:has-text('show it')");
    await frame(page);
  }
  if (questions.some((question) => question.choices.length)) {
    const text = await page.textContent(".ask");
    const scored = questions.filter((question) => question.choices.length).length;
    complaints.check(text.includes(`${scored} of ${scored} right`), `the score is ${text}`);
  }
  await page.click("button:has-text('predict')");
}

async function violations(page, complaints, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const one of found.violations) complaints.all.push(`axe, ${what}: ${one.id}: ${one.nodes[0]?.html.slice(0, 160)} ${one.nodes[0]?.failureSummary?.split("\n")[1] ?? ""}`);
}

async function fits(page, complaints, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  complaints.check(wide <= 0, `${what}: the page is ${wide} pixels too wide`);
}

async function look(name) {
  const complaints = new Complaints();
  const file = pathToFileURL(join(folder, name)).href;
  const { context, page } = await open(file, {}, complaints);
  await drive(page, complaints);
  await play(page, complaints);
  await predict(page, complaints);
  await fits(page, complaints, "1280");
  complaints.check(!(await page.evaluate(() => globalThis.hostile)), "text of the scenario ran as a script");
  await page.emulateMedia({ media: "print" });
  complaints.check(!(await page.isVisible(".controls")), "the controls are printed");
  await page.emulateMedia({ media: "screen" });
  await context.close();
  // A deep link, on a phone, in the dark.
  const linked = new Complaints();
  const small = await open(`${file}#t=0.500`, { viewport: { width: 390, height: 800 }, colorScheme: "dark" }, linked);
  await frame(small.page);
  const end = await small.page.evaluate(() => JSON.parse(document.querySelector("script.data").textContent).end);
  linked.check((await now(small.page)) === (end < 500 ? `${Math.floor(end / 1000)}.${String(end % 1000).padStart(3, "0")}` : "0.500"), `a deep link leads to ${await now(small.page)}`);
  await fits(small.page, linked, "390");
  await small.context.close();
  return [...complaints.all, ...linked.all];
}

/** Two films beside each other, which one scrubber drives. */
async function lookAtPair(name) {
  const complaints = new Complaints();
  const file = pathToFileURL(join(folder, name)).href;
  const { context, page } = await open(file, {}, complaints);
  complaints.check((await page.$$(".side .chart > svg:first-child")).length === 2, "there are not two pictures");
  const states = async () => page.$$eval(".copies-panel", (panels) => panels.map((panel) => panel.textContent));
  const cursors = async () => page.$$eval("svg.cursor", (all) => all.map((one) => one.style.transform));
  await page.keyboard.press("Home");
  await frame(page);
  const before = [await states(), await cursors()];
  for (let index = 0; index < 12; index += 1) await page.keyboard.press("ArrowRight");
  await frame(page);
  const after = [await states(), await cursors()];
  complaints.check(after[1].every((place, index) => place !== before[1][index]), "a step moves one cursor alone");
  complaints.check(after[1][0] === after[1][1], "the same instant stands at two places");
  await page.keyboard.press("End");
  await frame(page);
  complaints.check(JSON.stringify(await states()) !== JSON.stringify(before[0]), "nothing changes");
  await fits(page, complaints, "1280");
  await context.close();
  return complaints.all;
}

/** axe-core needs a page into which it may be put, so it is looked at without the page's policy. */
async function access(name) {
  const complaints = new Complaints();
  const file = pathToFileURL(join(folder, name)).href;
  for (const colorScheme of ["light", "dark"]) {
    const { context, page } = await open(`${file}#t=31.500`, { colorScheme, bypassCSP: true }, complaints);
    await frame(page);
    await violations(page, complaints, colorScheme);
    await context.close();
  }
  return complaints.all;
}

/** The median time of a frame while somebody scrubs, in milliseconds. */
async function frames(name) {
  const complaints = new Complaints();
  const { context, page } = await open(pathToFileURL(join(folder, name)).href, {}, complaints);
  const spent = await page.evaluate(async () => {
    const range = document.querySelector(".controls input[type=range]");
    const times = [];
    for (let index = 0; index < 240; index += 1) {
      // From the frame's beginning, before the page draws, to when the browser has drawn it.
      const drawn = new Promise((done) => requestAnimationFrame(() => {
        const began = performance.now();
        setTimeout(() => done(performance.now() - began), 0);
      }));
      range.value = String(Math.round((range.max * index) / 240));
      range.dispatchEvent(new Event("input"));
      times.push(await drawn);
    }
    return times.sort((one, other) => one - other)[120];
  });
  await context.close();
  return spent;
}

const only = process.argv[3];
const names = readdirSync(folder).filter((name) => name.endsWith(".html") && (!only || new RegExp(only).test(name))).sort();
let failed = 0;
const queue = [...names];
const work = async () => {
  for (let name = queue.shift(); name; name = queue.shift()) {
    let found;
    try {
      found = name.startsWith("pair") ? await lookAtPair(name) : await look(name);
      if (names.length < 8 || names.indexOf(name) % 10 === 0 || /^(hostile|pair)/.test(name)) found.push(...(await access(name)));
    } catch (error) { found = [String(error)]; }
    if (found.length) failed += 1;
    for (const what of found.slice(0, 6)) console.log(`${name}: ${what}`);
  }
};
await Promise.all([work(), work()]);
const large = names.find((name) => name.startsWith("large"));
if (large) console.log(`median frame while scrubbing ${large}: ${(await frames(large)).toFixed(1)} ms`);
await browser.close();
console.log(`${names.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
