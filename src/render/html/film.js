// One film on the page: its picture, its panels, its facts. Whoever drives it calls `show`.

  const SVG = "http://www.w3.org/2000/svg";
  const el = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child !== null));
    return node;
  };
  const shape = (tag, attributes = {}, text) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const seconds = (ms) => `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, "0")}`;
  const lasting = (ms) => (ms >= 120000 ? `${Math.round(ms / 60000)} min` : ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${ms} ms`);

  const films = [...document.querySelectorAll("script.data")].map((block) => JSON.parse(block.textContent));
  const isPair = films.length > 1;
  const state = { t: 0, zoom: 1, playing: false, predicting: false, answers: true, asked: new Set(), score: 0, tried: 0, question: null };
  // The position of the last of sorted numbers that is not after the value.
  const before = (sorted, value) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  // What is orphaned is hatched, in every picture.
  const hatch = () => {
    const svg = shape("svg", { width: 0, height: 0, "aria-hidden": "true" });
    const pattern = shape("pattern", { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    pattern.append(shape("rect", { width: 7, height: 7, fill: "var(--orphan)" }), shape("rect", { width: 2.4, height: 7, fill: "#ffffff", opacity: 0.75 }));
    svg.append(pattern);
    svg.setAttribute("class", "hatch");
    return svg;
  };
  const film = (data, go) => {
  const times = data.scale.map(([time]) => time);
  const places = data.scale.map(([, place]) => place);
  const reach = places[places.length - 1] || 1;
  const placed = (time) => {
    const at = before(times, time);
    if (at < 0) return 0;
    if (at >= times.length - 1) return reach;
    const share = (time - times[at]) / (times[at + 1] - times[at]);
    return places[at] + share * (places[at + 1] - places[at]);
  };
  const factTimes = data.facts.map((fact) => fact.t);
  const panelTimes = data.panels.map((panel) => panel.t);
  const storyTimes = [...new Set(data.facts.filter((fact) => fact.s).map((fact) => fact.t))];
  const local = { lane: null, search: "" };
  const node = {};
  // What is said of a film, and the panels beside its picture.
  const build = () => {
    const meta = el("ul", { class: "meta" });
    const item = (name, value) => meta.append(el("li", {}, `${name} `, el("strong", {}, value)));
    item("scenario", data.name);
    item("client", data.client);
    item("seed", String(data.seed));
    item("lasts", lasting(data.lasts));
    node.verdict = el("li", {}, "at the end ", el("strong", {}, data.verdict.replace(/^verdict: /, "")));
    meta.append(node.verdict);
    node.chart = el("div", { class: "chart", tabindex: "0", role: "group", "aria-label": `${data.name}: the run as lanes along time. The facts beside it say the same in words.` });
    node.story = el("p", { class: "story", "aria-live": "polite" });
    node.notes = el("section", { class: "notes", hidden: true, "aria-label": `facilitator's notes on ${data.name}` }, data.notes || "This scenario has no notes.");
    node.table = el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `table of the copies of ${data.name}` });
    node.lock = el("p", { class: "lock" });
    node.findings = el("div");
    node.beliefs = el("ul", { class: "beliefs" });
    node.explain = el("div", { class: "explain", hidden: true, role: "note" });
    node.facts = el("ol", { class: "facts" });
    node.filters = el("div", { class: "filters", role: "group", "aria-label": `filter the facts of ${data.name}` });
    node.search = el("input", { type: "search", placeholder: "search the facts", "aria-label": `search the facts of ${data.name}`, oninput: () => { local.search = node.search.value.toLowerCase(); filter(); } });
    const panel = (title, name, ...children) => el("section", { class: `panel ${name}`, "aria-label": isPair ? `${title}: ${data.name}` : title }, el(isPair ? "h3" : "h2", {}, title), ...children);
    node.head = el("header", {}, el(isPair ? "h2" : "h1", { class: "title" }, data.title), data.why ? el("p", { class: "why" }, data.why) : null, meta, data.client_note ? el("p", { class: "client-note" }, data.client_note) : null);
    node.panels = el("div", { class: "panels" },
      el("div", {}, panel("What each copy says", "copies-panel", node.table, node.lock), panel("What each process believes", "beliefs-panel", node.beliefs)),
      el("div", {}, panel("What is wrong", "findings-panel", node.findings)),
      el("div", {}, panel("What occurred", "facts-panel", node.filters, node.facts, node.explain)));
    node.foot = el("div", {}, data.source ? el("p", {}, `Source: ${data.source}`) : null,
      data.left_out ? el("p", {}, `${data.left_out} facts are left out: the page shows ${data.facts.length}.`) : null);
    listFacts();
  };
  const swatch = (kind) => {
    const svg = shape("svg", { width: 20, height: 12, "aria-hidden": "true" });
    svg.append(shape("rect", { x: 1, y: 1, width: 18, height: 10, rx: 2, class: `k-${kind}` }));
    return svg;
  };
  const NAMES = { "run": "command", "run-failed": "command that fails", "lock-held": "lock held", "lock-orphaned": "lock whose holder is gone", "lock-breaking": "lock being broken", "lock-expired": "lock expired", "record": "what a record holds", "object-creating": "being created", "object-unsaved": "exists, not saved yet", "object-recorded": "exists and is recorded", "object-changed": "changed", "object-orphaned": "exists, missing from the remote state", "object-ghost": "recorded, gone", "fault": "fault" };
  const MARKS_NAMES = { command: "a command is typed", good: "done", bad: "refused, lost or failed", staged: "a fault, or a hand from outside" };
  const legend = () => {
    const used = new Map();
    for (const bar of data.lanes.flatMap((lane) => lane.tracks.flatMap((track) => track.bars))) {
      const seen = bar.k === "run-failed" ? bar.t ?? data.lasts : bar.f;
      used.set(bar.k, Math.min(used.get(bar.k) ?? seen, seen));
    }
    node.keys = [];
    const key = (kind, item) => { node.keys.push([used.get(kind), item]); return item; };
    const sign = (name, ...drawn) => { const svg = shape("svg", { width: 20, height: 12, "aria-hidden": "true" }); svg.append(...drawn); return el("li", {}, svg, name); };
    const marked = new Set(data.facts.map((fact) => fact.k));
    const call = () => shape("line", { x1: 4, y1: 0, x2: 16, y2: 12, class: "arrow" });
    const fold = () => shape("path", { d: "M2 8l4 -6l6 8l4 -6", class: "fold" });
    return el("ul", { class: "legend" }, ...Object.entries(NAMES).filter(([kind]) => used.has(kind)).map(([kind, name]) => key(kind, el("li", {}, swatch(kind), name))),
      ...Object.entries(MARKS_NAMES).filter(([kind]) => marked.has(kind)).map(([kind, name]) => sign(name, glyph(kind, 10, 6))),
      data.arrows.length ? sign("a request or its answer", call()) : null, data.folds.length ? sign("time left out", fold()) : null,
      el("li", { class: "differs-key" }, "≠ a copy that differs from the cloud"));
  };

  // A shape is noted with the instant from which it may be seen: the veil alone leaves the half of it.
  const since = (time, drawn) => { node.drawn.push([time, drawn]); return drawn; };
  // While it predicts, nothing later than the cursor is drawn, and of what lasts beyond it neither the end nor how it ends.
  const cover = (t) => {
    if (!state.predicting && !shown.covered) return;
    shown.covered = state.predicting;
    for (const [time, drawn] of node.drawn) drawn.style.display = state.predicting && time > t ? "none" : "";
    for (const { bar, ends, rect, title } of node.fates) {
      const isOpen = state.predicting && ends > t;
      rect.setAttribute("class", `bar k-${isOpen && bar.k === "run-failed" ? "run" : bar.k}`);
      title.textContent = isOpen ? `${bar.l}: since ${seconds(bar.f)} s` : lasted(bar);
    }
    for (const [time, item] of node.keys ?? []) item.hidden = state.predicting && time > t;
  };
  const lasted = (bar) => `${bar.l}: ${seconds(bar.f)} s to ${bar.t === null ? "the end" : `${seconds(bar.t)} s`}`;

  // The picture. It is drawn once for a width; an instant moves the cursor and the veil alone.
  const ROW = 24, GAP = 5, MARKS = 18, TOP = 68;
  const draw = () => {
    const room = Math.max(node.chart.clientWidth, 300);
    const narrow = room < 640;
    const gutter = narrow ? 12 : 168;
    const width = Math.max((room - gutter - 16) * state.zoom, 280);
    const x = (time) => gutter + (placed(time) / reach) * width;
    node.x = x;
    const svg = shape("svg", { role: "img", "aria-label": `${data.title}: lanes along time` });
    const [bands, bars, arrows, marks, labels] = ["g", "g", "g", "g", "g"].map((tag) => shape(tag));
    svg.append(bands, arrows, bars, marks, labels);
    [node.drawn, node.fates] = [[], []];
    let y = TOP;
    const lanes = data.lanes.map((lane, index) => {
      const top = y;
      y += GAP + (narrow ? 22 : 4);
      if (narrow) labels.append(shape("text", { x: gutter, y: y - 6, class: "lane-name" }, lane.name));
      else labels.append(shape("text", { x: 10, y: top + 20, class: "lane-name" }, lane.name));
      for (const [row, track] of lane.tracks.entries()) {
        // The lane's own name stands beside its first row.
        const space = row === 0 ? 92 : 148;
        if (!narrow && track.name !== "command" && track.name !== "phase") {
          const name = shape("text", { x: gutter - 8, y: y + 16, "text-anchor": "end", class: "track-name" }, fitting(track.name, space));
          labels.append(name);
        }
        for (const bar of track.bars) drawBar(bars, bar, x, y);
        y += ROW;
      }
      if (lane.more) {
        labels.append(shape("text", { x: gutter + 4, y: y + 15, class: "track-name" }, `… and ${lane.more} more, not drawn; the table has them`));
        y += ROW;
      }
      const port = y + MARKS / 2;
      y += MARKS + GAP;
      bands.append(shape("rect", { x: 0, y: top, width: gutter + width + 16, height: y - top, class: index % 2 ? "band odd" : "band" }));
      return { top, port, bottom: y };
    });
    node.lanes = lanes;
    const height = y + 8;
    drawArrows(arrows, lanes, x);
    let lastMark = new Map();
    for (const fact of data.facts) {
      if (!fact.s || fact.k === "plain" || fact.k === "remark") continue;
      const at = x(fact.t);
      const key = `${fact.lane} ${fact.k}`;
      if (at - (lastMark.get(key) ?? -9) < 3) continue;
      lastMark.set(key, at);
      marks.append(since(fact.t, glyph(fact.k, at, lanes[fact.lane].port)));
    }
    drawAxis(labels, x, height, width);
    let free = 0;
    for (const turn of data.turns) {
      const at = x(turn.t);
      const kind = turn.in_step ? "turn in-step" : "turn";
      labels.append(since(turn.t, shape("line", { x1: at, x2: at, y1: TOP - 6, y2: height, class: kind })));
      const word = turn.in_step ? "in step again" : "records part";
      const right = at > gutter + width - 110;
      const start = right ? at - 108 : at;
      if (start < free) continue;
      free = start + 113;
      labels.append(since(turn.t, shape("text", { x: at + (right ? -5 : 5), y: TOP - 9, "text-anchor": right ? "end" : "start", class: turn.in_step ? "turn-text in-step" : "turn-text" }, word)));
    }
    const whole = gutter + width + 16;
    // What an instant changes lies above the picture, so that the picture is painted once.
    const layer = (name) => {
      const over = shape("svg", { class: `over ${name}`, "aria-hidden": "true" });
      node[name] = shape("g");
      over.append(node[name]);
      return over;
    };
    const over = [layer("veil"), layer("calls"), layer("cursor")];
    node.veil.append(shape("rect", { x: 0, y: 30, width: whole, height, class: "veil" }));
    node.cursor.append(shape("line", { x1: 8, x2: 8, y1: 8, y2: height, class: "cursor" }), shape("path", { d: "M1 0H15L8 10Z", class: "cursor-head" }));
    for (const picture of [svg, over[0], over[1]]) {
      picture.setAttribute("width", whole);
      picture.setAttribute("height", height);
      picture.setAttribute("viewBox", `0 0 ${whole} ${height}`);
    }
    over[2].setAttribute("width", 16);
    over[2].setAttribute("height", height);
    [node.veil, , node.cursor] = over;
    const seek = (event) => {
      const bounds = svg.getBoundingClientRect();
      const place = ((event.clientX - bounds.left - gutter) / width) * reach;
      go(timeAt(Math.min(Math.max(place, 0), reach)), true);
    };
    svg.addEventListener("pointerdown", (event) => { seek(event); svg.setPointerCapture(event.pointerId); });
    svg.addEventListener("pointermove", (event) => { if (event.buttons) seek(event); });
    node.chart.replaceChildren(svg, ...over);
    node.width = whole;
  };
  const fitting = (text, room) => {
    const most = Math.floor(room / 6.7);
    return text.length <= most ? text : most > 3 ? `${text.slice(0, most - 1)}…` : "";
  };
  const LIGHT = new Set(["run", "run-failed", "lock-held", "record", "fault"]);
  const drawBar = (group, bar, x, y) => {
    const [from, to] = [x(bar.f), x(bar.t ?? data.lasts)];
    const width = Math.max(to - from, 2.5);
    const rect = shape("rect", { x: from, y: y + 2, width, height: ROW - 4, rx: 3, class: `bar k-${bar.k}` });
    const title = shape("title", {}, lasted(bar));
    rect.append(title);
    group.append(since(bar.f, rect));
    node.fates.push({ bar, ends: bar.t ?? data.lasts, rect, title });
    const short = bar.k.startsWith("run") ? bar.l.replace(/^(terraform|tofu|az storage) /, "") : bar.l;
    const label = fitting(bar.l, width - 8).replace(/^.*…$/, "") || fitting(short, width - 8);
    if (!label) return;
    const ink = bar.k === "phase" ? "phase-ink" : LIGHT.has(bar.k) ? "on" : /expired|ghost/.test(bar.k) ? "" : "dark";
    if (/orphaned/.test(bar.k)) group.append(since(bar.f, shape("rect", { x: from + 3, y: y + 4, width: Math.min(label.length * 6.9 + 6, width - 6), height: ROW - 8, rx: 2, fill: "#ffffff", opacity: 0.86 })));
    group.append(since(bar.f, shape("text", { x: from + 6, y: y + 16.5, class: `bar-text ${ink}` }, label)));
  };
  const glyph = (kind, x, y) => {
    if (kind === "bad") return shape("path", { d: `M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}`, class: "cross" });
    if (kind === "command") return shape("path", { d: `M${x - 5} ${y - 5}L${x + 5} ${y}L${x - 5} ${y + 5}Z`, class: "mark command" });
    if (kind === "staged") return shape("path", { d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z`, class: "mark staged" });
    return shape("circle", { cx: x, cy: y, r: 3, class: `mark ${kind}` });
  };
  const drawArrows = (group, lanes, x) => {
    node.arrows = [];
    for (const arrow of data.arrows) {
      const [from, to] = [lanes[arrow.f[0]], lanes[arrow.to]];
      if (!from || !to) continue;
      const [x1, y1] = [x(arrow.f[1]), from.port];
      const end = arrow.at === null ? x1 + 14 : x(arrow.at);
      // A message that is lost ends near its sender: nobody else was meant.
      const y2 = arrow.at === null ? y1 + Math.sign(to.port - y1) * Math.min(14, Math.abs(to.port - y1) * 0.55) : to.port;
      const line = shape("line", { x1, y1, x2: end, y2, class: `arrow ${arrow.k}` });
      line.append(shape("title", {}, arrow.why ? `${arrow.l}: ${arrow.why}` : arrow.l));
      group.append(since(arrow.f[1], line));
      if (arrow.at === null) group.append(since(arrow.f[1], shape("path", { d: `M${end - 4} ${y2 - 4}l8 8m0 -8l-8 8`, class: "cross" })));
      node.arrows.push({ arrow, x1, y1, x2: end, y2 });
    }
    node.arrowStarts = node.arrows.map(({ arrow }) => arrow.f[1]);
  };
  const drawAxis = (group, x, height, width) => {
    let free = -1e9;
    const folded = new Set(data.folds);
    data.scale.forEach(([time], index) => {
      const at = x(time);
      const next = times[index + 1];
      if (next !== undefined && folded.has(time) && x(next) - at > 30) {
        const middle = (at + x(next)) / 2;
        group.append(shape("path", { d: `M${middle - 7} 24l4 -6l6 8l4 -6`, class: "fold" }));
        if (x(next) - at > 52) group.append(shape("text", { x: middle, y: 40, "text-anchor": "middle", class: "tick" }, lasting(next - time)));
      }
      if (at < free || (at > x(data.end) - 118 && time !== data.end) || at > x(data.end) - 2 && index < times.length - 1) return;
      const isLast = at > x(data.end) - 46;
      group.append(shape("text", { x: isLast ? at - 8 : at + 9, y: 14, "text-anchor": isLast ? "end" : "start", class: "tick" }, seconds(time)));
      group.append(shape("line", { x1: at, x2: at, y1: 18, y2: 26, class: "fold" }));
      free = at + 64;
    });
  };

  const timeAt = (place) => {
    const at = Math.max(before(places, place), 0);
    const near = at + 1 < places.length && places[at + 1] - place < place - places[at] ? at + 1 : at;
    return times[near];
  };
  const shown = { fact: -1, panel: -2, answers: true, covered: false };
  const show = () => {
    const t = state.t;
    const x = node.x(t);
    node.cursor.style.transform = `translateX(${x - 8}px)`;
    node.veil.style.display = state.predicting ? "" : "none";
    node.veil.style.clipPath = `inset(0 0 0 ${x + 2}px)`;
    node.verdict.hidden = state.predicting;
    cover(t);
    showFacts(before(factTimes, t));
    const panel = before(panelTimes, t);
    if (panel !== shown.panel || shown.answers !== state.answers) showPanel(panel);
    showArrows(t);
    if (!state.playing) follow(x);
  };
  const follow = (x) => {
    if (node.width <= node.chart.clientWidth) return;
    const [left, right] = [node.chart.scrollLeft, node.chart.scrollLeft + node.chart.clientWidth];
    if (x < left + 60 || x > right - 60) node.chart.scrollLeft = x - node.chart.clientWidth / 2;
  };
  const showArrows = (t) => {
    const calls = [];
    let count = 0;
    let last = before(node.arrowStarts, t);
    for (let seen = 0; last >= 0 && seen < 60; last -= 1, seen += 1) {
      const { arrow, x1, y1, x2, y2 } = node.arrows[last];
      const isNow = arrow.f[1] === t || arrow.at === t;
      if (!isNow) continue;
      calls.push(shape("line", { x1, y1, x2, y2, class: `arrow now ${arrow.k}` }));
      count += 1;
      if (count > 3) continue;
      const right = x2 > node.width - 190;
      const text = arrow.why ? `${arrow.l}: ${arrow.why}` : arrow.l;
      calls.push(shape("text", { x: Math.max(x1, x2) + (right ? -10 : 10), y: (y1 + y2) / 2 + 4 + 15 * (count - 1), "text-anchor": right ? "end" : "start", class: "call-text" }, text));
    }
    if (calls.length || node.calls.childElementCount) node.calls.replaceChildren(...calls);
  };
  const listFacts = () => {
    node.items = data.facts.map((fact, index) => {
      const item = el("li", { class: `${fact.k} later` }, el("button", { type: "button", onclick: () => { go(fact.t); explain(index); } },
        el("span", { class: "time" }, seconds(fact.t)), el("span", { class: "who" }, fact.who), el("span", { class: "what" }, fact.l)));
      return item;
    });
    node.facts.append(...node.items);
    const chips = [[null, "story"], ["all", "all"], ...data.lanes.map((lane, index) => [index, lane.name])];
    for (const [lane, name] of chips) node.filters.append(el("button", { type: "button", "aria-pressed": String(lane === null), onclick: (event) => { local.lane = lane; for (const chip of node.filters.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(chip === event.currentTarget)); filter(); } }, name));
    node.filters.append(node.search);
    filter();
  };
  const filter = () => {
    data.facts.forEach((fact, index) => {
      const isWanted = local.lane === null ? fact.s === 1 : local.lane === "all" || fact.lane === local.lane;
      const isFound = !local.search || fact.l.toLowerCase().includes(local.search) || fact.who.toLowerCase().includes(local.search);
      node.items[index].hidden = !((local.search ? true : isWanted) && isFound);
    });
  };
  const showFacts = (last) => {
    const [low, high] = [Math.min(shown.fact, last), Math.max(shown.fact, last)];
    for (let at = low + 1; at <= high; at += 1) node.items[at].classList.toggle("later", at > last);
    node.items[shown.fact]?.classList.remove("is-now");
    let current = last;
    while (current > 0 && node.items[current].hidden) current -= 1;
    node.current?.classList.remove("is-now");
    node.current = node.items[current];
    if (node.current && last >= 0) {
      node.current.classList.add("is-now");
      const list = node.facts.getBoundingClientRect();
      const [top, room] = [node.current.getBoundingClientRect().top - list.top + node.facts.scrollTop, list.height];
      if (top < node.facts.scrollTop || top > node.facts.scrollTop + room - 60) node.facts.scrollTop = top - room / 2;
      const fact = data.facts[current];
      node.story.replaceChildren(el("b", {}, `${fact.who}: `), fact.l.split("\n")[0]);
    } else node.story.replaceChildren(data.why ? "" : "Step, or press play.");
    shown.fact = last;
  };
  const showPanel = (index) => {
    [shown.panel, shown.answers] = [index, state.answers];
    const panel = data.panels[Math.max(index, 0)];
    if (!panel) return;
    const previous = data.panels[index - 1];
    const known = new Map((previous?.rows ?? []).map((row) => [data.rows[row][0], row]));
    const copies = panel.columns.filter((column) => !column.startsWith("memory"));
    const rows = panel.rows.map((place) => {
      const row = data.rows[place];
      const isNew = previous && known.get(row[0]) !== place;
      const cells = row.slice(1).map((cell, column) => {
        const differs = column > 0 && column < copies.length && differing(row[1], cell);
        return el("td", { class: [differs ? "differs" : "", isNew ? "new" : ""].join(" ").trim() || null }, cell);
      });
      return el("tr", {}, el("th", { scope: "row" }, row[0]), ...cells);
    });
    const table = el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "resource"), ...panel.columns.map((column) => el("th", { scope: "col" }, column)))), el("tbody", {}, ...rows));
    node.table.replaceChildren(rows.length ? table : el("p", { class: "none" }, `Nothing exists and nothing is recorded. (${panel.columns.slice(1).join(", ")})`));
    node.lock.replaceChildren(el("b", {}, "lock "), panel.lock);
    node.findings.replaceChildren(...(panel.findings.length ? panel.findings.map((place) => finding(data.findings[place])) : [el("p", { class: "none" }, panel.sync ? "Nothing: everything is in sync." : "Nothing so far.")]));
    node.beliefs.replaceChildren(...(panel.beliefs.length ? panel.beliefs.map(belief) : [el("li", { class: "none" }, "No Terraform process is alive.")]));
  };
  const differing = (cloud, cell) => (cloud === "exists" ? cell !== "recorded" : cloud === "–" && cell !== "–");
  const finding = (found) => {
    const commands = found.commands.length ? el("details", { open: state.answers }, el("summary", {}, "what mends it"), el("pre", { tabindex: "0" }, found.commands.join("\n"))) : null;
    return el("article", { class: found.blocks ? "finding" : "finding note" }, el("h3", {}, `${found.name} ${found.subject}`), el("p", {}, found.evidence),
      state.answers ? commands : null, state.answers && found.hint ? el("p", {}, el("b", {}, "→ "), found.hint) : null, state.answers && found.caution ? el("p", { class: "caution" }, el("b", {}, "! "), found.caution) : null,
      topic(found.name));
  };
  const topic = (name) => {
    const known = data.topics[name];
    return known ? el("details", {}, el("summary", {}, "what it means"), el("p", {}, known.means), el("p", {}, known.when)) : null;
  };
  const belief = (one) => el("li", {}, el("b", {}, `${one.who}, ${one.run}`), ` ${one.phase}; ${one.lock}; serial ${one.serial}; in memory: ${one.holds.join(", ") || "nothing"}`);
  const explain = (index) => {
    const fact = data.facts[index];
    const known = data.topics[fact.topic];
    const link = el("p", {}, el("a", { href: `#t=${seconds(fact.t)}` }, `link to ${seconds(fact.t)} s`));
    node.explain.hidden = false;
    node.explain.replaceChildren(el("b", {}, known ? fact.topic : fact.l.split("\n")[0]), ...(known ? [el("p", {}, known.means), el("p", {}, known.when)] : []), link);
  };

  build();
  return { data, node, draw, show, placed, timeAt, reach, follow: () => follow(node.x(state.t)), legend, stops: storyTimes.length ? storyTimes : times };
  };
