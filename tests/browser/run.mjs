// Drives pages in Chromium: `node run.mjs FOLDER [PATTERN]`, where FOLDER holds the pages as NAME.html,
// of which PATTERN chooses some.
//
// Every page is scrubbed, stepped, played, filtered, searched, deep-linked, predicted and printed;
// none may complain on the console, ask the network for anything, run hostile text, or have a
// violation that axe-core finds. A page without a film is read and printed. Prints one line a failure, then `N passed, N failed`.

import { existsSync, readdirSync, readFileSync } from "node:fs";
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

/** A page of its own context. What it complains of goes to whoever looks at it just then. */
async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const shown = { page, context, complaints: new Complaints() };
  const complain = (what) => shown.complaints.all.push(what);
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complain(`console: ${message.text()}`); });
  page.on("pageerror", (error) => complain(`error: ${error.message}`));
  page.on("dialog", (dialog) => { complain(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!/^(file|data|about):/.test(request.url())) complain(`network: ${request.url()}`); });
  return shown;
}

/** Goes to a file anew, also where only the instant in its address differs. */
async function visit({ page }, name, instant = "") {
  await page.goto("about:blank");
  await page.goto(`${pathToFileURL(join(folder, name)).href}${instant}`);
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
  for (let index = 0; index < 12; index += 1) await page.keyboard.press("ArrowRight");
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

/** Answers every question rightly, in the page itself: a click of the driver's own takes longer than the rest. */
async function predict(page, complaints) {
  await page.click("button:has-text('predict')");
  const wrong = await page.evaluate(async () => {
    const wrong = [];
    const data = JSON.parse(document.querySelector("script.data").textContent);
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    const count = (selector) => document.querySelectorAll(selector).length;
    const button = (text) => [...document.querySelectorAll(".ask button")].find((one) => one.textContent.includes(text));
    for (const question of data.questions) {
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
      await frame();
      const ask = document.querySelector(".ask");
      if (!ask || ask.hidden || !ask.checkVisibility()) return [...wrong, `it does not ask: ${question.text}`];
      const ahead = data.facts.filter((fact) => fact.t >= question.t).length;
      if (count(".facts li:not(.later)") > count(".facts li") - ahead) wrong.push("it shows what it asks for");
      const bars = data.lanes.flatMap((lane) => lane.tracks.flatMap((track) => track.bars));
      const [failed, ended] = [count(".bar.k-run-failed"), bars.filter((bar) => bar.k === "run-failed" && (bar.t ?? data.lasts) < question.t).length];
      if (failed !== ended) wrong.push(`of ${ended} failed commands it shows ${failed}: ${question.text}`);
      const begun = bars.filter((bar) => bar.f < question.t).length;
      const drawn = [...document.querySelectorAll(".bar")].filter((bar) => bar.style.display !== "none").length;
      if (drawn !== begun) wrong.push(`of ${begun} bars it shows ${drawn}: ${question.text}`);
      if (document.querySelector(".why")?.checkVisibility()) wrong.push("it shows why");
      if (question.choices.length) document.querySelector(`.ask .choices button:nth-child(${question.right + 1})`).click();
      else button("reveal").click();
      button("show it").click();
      await frame();
    }
    const scored = data.questions.filter((question) => question.choices.length).length;
    const text = document.querySelector(".ask")?.textContent ?? "";
    if (scored && !text.includes(`${scored} of ${scored} right`)) wrong.push(`the score is ${text}`);
    return wrong;
  });
  complaints.all.push(...wrong);
  await page.click("button:has-text('predict')");
  const covered = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done([...document.querySelectorAll(".bar, .mark")].filter((one) => one.style.display === "none").length)))));
  complaints.check(covered === 0, `${covered} shapes stay covered`);
}

async function violations(page, complaints, what, rules) {
  const found = await page.evaluate((rules) => globalThis.axe.run(document, { resultTypes: ["violations"], ...rules }), rules);
  for (const one of found.violations) complaints.all.push(`axe, ${what}: ${one.id}: ${one.nodes[0]?.html.slice(0, 160)} ${one.nodes[0]?.failureSummary?.split("\n")[1] ?? ""}`);
}

async function fits(page, complaints, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  complaints.check(wide <= 0, `${what}: the page is ${wide} pixels too wide`);
}

async function look(shown, name) {
  const { page } = shown;
  const complaints = (shown.complaints = new Complaints());
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light", media: "screen" });
  await visit(shown, name);
  await drive(page, complaints);
  await play(page, complaints);
  await predict(page, complaints);
  await fits(page, complaints, "1280");
  await page.emulateMedia({ media: "print" });
  complaints.check(!(await page.isVisible(".controls")), "the controls are printed");
  // A deep link, on a phone, in the dark.
  await page.setViewportSize({ width: 390, height: 800 });
  await page.emulateMedia({ colorScheme: "dark", media: "screen" });
  await visit(shown, name, "#t=0.500");
  await frame(page);
  const end = await page.evaluate(() => JSON.parse(document.querySelector("script.data").textContent).end);
  complaints.check((await now(page)) === (end < 500 ? `${Math.floor(end / 1000)}.${String(end % 1000).padStart(3, "0")}` : "0.500"), `a deep link leads to ${await now(page)}`);
  await fits(page, complaints, "390");
  complaints.check(!(await page.evaluate(() => globalThis.hostile)), "text of the scenario ran as a script");
  return complaints.all;
}

/** Two films beside each other, which one scrubber drives. */
async function lookAtPair(shown, name) {
  const { page } = shown;
  const complaints = (shown.complaints = new Complaints());
  await page.setViewportSize({ width: 1280, height: 900 });
  await visit(shown, name);
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
  return complaints.all;
}

/** A page to read: a chapter of the course. */
async function read(shown, name) {
  const { page } = shown;
  const complaints = (shown.complaints = new Complaints());
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await visit(shown, name);
    await fits(page, complaints, String(width));
  }
  const dead = await page.$$eval("a[href]", (links) => links.map((link) => link.getAttribute("href")));
  for (const target of dead) complaints.check(/^https:/.test(target) || existsSync(join(folder, target)), `a link leads to ${target}`);
  await page.emulateMedia({ media: "print" });
  complaints.check(await page.isVisible("h1"), "its title is not printed");
  await page.emulateMedia({ media: "screen" });
  complaints.check(!(await page.evaluate(() => globalThis.hostile)), "text of the page ran as a script");
  return complaints.all;
}

const isText = (name) => !readFileSync(join(folder, name), "utf8").includes('class="data"');

/** axe-core needs a page into which it may be put, so it is looked at without the page's policy. */
async function access(shown, name) {
  const { page } = shown;
  const complaints = (shown.complaints = new Complaints());
  await visit(shown, name, "#t=31.500");
  await page.evaluate(axe);
  await page.emulateMedia({ colorScheme: "light" });
  await frame(page);
  await violations(page, complaints, "light", {});
  // In the dark nothing but the colors is another.
  await page.emulateMedia({ colorScheme: "dark" });
  await frame(page);
  await violations(page, complaints, "dark", { runOnly: ["color-contrast"] });
  return complaints.all;
}

/** The median time of a frame while somebody scrubs, in milliseconds. */
async function frames(name) {
  const { context, page } = await open({});
  await visit({ page }, name);
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
  const [shown, without_policy] = [await open({}), await open({ bypassCSP: true })];
  for (let name = queue.shift(); name; name = queue.shift()) {
    let found;
    try {
      found = [...(await (name.startsWith("pair") ? lookAtPair : isText(name) ? read : look)(shown, name)), ...(await access(without_policy, name))];
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
