// The page: the scrubber that drives its films, and what it asks.

  const views = films.map((data) => film(data, (time, isDragged) => go(time, isDragged)));
  const [lead] = views;
  const end = Math.max(...films.map((data) => data.end));
  const stops = [...new Set(views.flatMap((one) => one.stops))].sort((one, other) => one - other);
  const questions = isPair ? [] : lead.data.questions;
  const node = {};
  const button = (name, label, does, attributes = {}) => (node[name] = el("button", { type: "button", onclick: does, ...attributes }, label));
  const build = () => {
    document.title = `${films.map((data) => data.title).join(" | ")} – leaselab`;
    node.range = el("input", { type: "range", min: 0, max: lead.reach, step: 1, value: 0, "aria-label": "instant", oninput: () => go(lead.timeAt(Number(node.range.value)), true) });
    node.now = el("output", { class: "now time", "aria-live": "off" });
    const controls = el("div", { class: "controls", role: "group", "aria-label": "scrubber" },
      button("first", "|◀", () => go(0), { "aria-label": "to the beginning", title: "Home" }),
      button("back", "◀", () => step(-1), { "aria-label": "step back", title: "left arrow" }),
      button("play", "▶ play", toggle, { title: "space", "aria-pressed": "false" }),
      button("forward", "▶|", () => step(1), { "aria-label": "step", title: "right arrow" }),
      node.range, node.now, el("span", {}, "s"),
      button("zoomIn", "+", () => zoom(1.6), { "aria-label": "zoom in" }),
      button("zoomOut", "−", () => zoom(1 / 1.6), { "aria-label": "zoom out" }),
      isPair ? null : button("predict", "predict", () => predict(!state.predicting), { "aria-pressed": "false", title: "p: stops and asks before it shows" }),
      button("hide", "hide commands", () => { state.answers = !state.answers; show(); }, { "aria-pressed": "false" }),
      button("theme", "◐", theme, { "aria-label": "light or dark" }));
    node.ask = el("section", { class: "ask", hidden: true, "aria-label": "question" });
    const help = el("footer", {}, ...views.map((one) => one.node.foot),
      el("p", { class: "help" }, `Keys: ← → step, Home End, space plays, ${isPair ? "" : "p predicts, "}n notes, / searches, + − zoom. `),
      el("p", {}, `leaselab ${lead.data.version}`));
    document.body.append(hatch());
    if (isPair) {
      const sides = views.map((one) => el("section", { class: "side", "aria-label": one.data.name }, one.node.head, one.node.chart, one.node.story, one.node.notes, one.node.panels));
      document.body.classList.add("pair");
      document.body.append(el("header", {}, el("h1", {}, films.map((data) => data.name).join(" beside "))), el("main", {}, controls, el("div", { class: "sides" }, ...sides), lead.legend()), help);
    } else {
      const one = lead.node;
      document.body.append(one.head, el("main", {}, one.chart, controls, one.story, node.ask, one.notes, one.panels, lead.legend()), help);
    }
  };
  const go = (time, isDragged = false) => {
    let t = Math.min(Math.max(time, 0), end);
    if (state.predicting) {
      const question = questions.find((one, index) => one.t <= t && !state.asked.has(index));
      if (question) { ask(question); t = Math.min(t, Math.max(question.t - 1, 0)); } else node.ask.hidden = state.question === null;
    }
    state.t = t;
    if (!isDragged) node.range.value = Math.round(lead.placed(t));
    schedule();
  };
  const step = (by) => {
    const at = before(stops, state.t);
    if (by > 0) go(stops[Math.min(at + 1, stops.length - 1)] ?? end);
    else go(at >= 0 && stops[at] < state.t ? stops[at] : stops[Math.max(at - 1, 0)] ?? 0);
  };
  let waiting = false;
  const schedule = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; show(); });
  };
  const show = () => {
    node.now.textContent = seconds(state.t);
    node.hide.setAttribute("aria-pressed", String(!state.answers));
    for (const one of views) one.show();
    remember();
  };
  let remembered = 0;
  const remember = () => {
    clearTimeout(remembered);
    remembered = setTimeout(() => { try { history.replaceState(null, "", `#t=${seconds(state.t)}`); } catch { location.hash = `t=${seconds(state.t)}`; } }, 120);
  };
  // Predicting.
  const predict = (isOn) => {
    Object.assign(state, { predicting: isOn, asked: new Set(), score: 0, tried: 0, question: null });
    node.predict.setAttribute("aria-pressed", String(isOn));
    document.body.classList.toggle("predicting", isOn);
    node.ask.hidden = true;
    go(isOn ? 0 : state.t);
  };
  const ask = (question) => {
    if (state.question === question) return;
    pause();
    state.question = question;
    const answer = (at) => {
      state.asked.add(questions.indexOf(question));
      state.question = null;
      const isRight = at === question.right;
      if (question.choices.length) { state.tried += 1; state.score += isRight ? 1 : 0; }
      buttons.forEach((choice, index) => { choice.disabled = true; choice.classList.toggle("right", index === question.right); choice.classList.toggle("wrong", index === at && !isRight); });
      const said = question.choices.length ? `${isRight ? "Right." : "No."} ` : "";
      const go_on = el("button", { type: "button", onclick: () => { node.ask.hidden = true; go(question.t); } }, "show it");
      result.replaceChildren(el("p", {}, said + question.reveal), el("p", {}, `${state.score} of ${state.tried} right`), go_on);
      go_on.focus();
    };
    const buttons = question.choices.map((choice, index) => el("button", { type: "button", onclick: () => answer(index) }, choice));
    const result = el("div", { "aria-live": "polite" }, buttons.length ? null : el("button", { type: "button", onclick: () => answer(-1) }, "reveal"));
    if (!buttons.length) result.replaceChildren(el("button", { type: "button", onclick: () => answer(-1) }, "reveal"));
    node.ask.replaceChildren(...question.text.split("\n").map((line) => el("p", {}, line)), el("div", { class: "choices" }, ...buttons), result);
    node.ask.hidden = false;
    node.ask.scrollIntoView({ block: "nearest" });
  };

  // Playing.
  let playing = 0;
  const pause = () => { clearTimeout(playing); state.playing = false; node.play.textContent = "▶ play"; node.play.setAttribute("aria-pressed", "false"); };
  const toggle = () => {
    if (state.playing) return pause();
    state.playing = true;
    node.play.textContent = "❚❚ pause";
    node.play.setAttribute("aria-pressed", "true");
    if (state.t >= end) go(0);
    const on = () => {
      if (!state.playing) return;
      if (state.t >= stops[stops.length - 1]) { go(end); return pause(); }
      step(1);
      if (state.playing) { for (const one of views) one.follow(); playing = setTimeout(on, 650); }
    };
    playing = setTimeout(on, 200);
  };
  const zoom = (by) => { state.zoom = Math.min(Math.max(state.zoom * by, 1), 40); for (const one of views) one.draw(); show(); };
  const theme = () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  };
  const linked = () => {
    const asked = /^#t=(\d+)(?:\.(\d{1,3}))?$/.exec(location.hash);
    if (asked) go(Number(asked[1]) * 1000 + Number((asked[2] ?? "0").padEnd(3, "0")));
    return asked !== null;
  };
  const KEYS = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => go(0), End: () => go(end), " ": toggle, p: () => { if (!isPair) predict(!state.predicting); }, n: () => { for (const one of views) one.node.notes.hidden = !one.node.notes.hidden; }, "/": () => lead.node.search.focus(), "+": () => zoom(1.6), "-": () => zoom(1 / 1.6) };
  document.addEventListener("keydown", (event) => {
    const inField = event.target.matches?.("input[type=search], select") || (event.target.matches?.("button, summary, a") && (event.key === " " || event.key === "Enter"));
    const inScroller = event.target === node.range && /^(Arrow|Home|End)/.test(event.key);
    const does = KEYS[event.key];
    if (!does || inField || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (inScroller || !inField) does();
  });

  build();
  for (const one of views) one.draw();
  if (!linked()) go(end);
  let resized = 0;
  addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(() => { for (const one of views) one.draw(); show(); }, 120); });
  addEventListener("hashchange", linked);
  addEventListener("beforeprint", () => { if (state.zoom !== 1) { state.zoom = 1; for (const one of views) one.draw(); show(); } });
