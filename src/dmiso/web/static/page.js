"use strict";
// The page asks the server that it came from, and no other: all addresses are below the page's own. What comes from there is text: it is never read as HTML.

const at = (id) => document.getElementById(id);
const FIELDS = ["mirnas", "targets", "reference", "model"];
const TICKS = ["against", "as_utrs"];
const WORDS = {
  waiting: "waiting", running: "at work", done: "done", failed: "failed", cancelled: "cancelled",
  interrupted: "interrupted",
};
const LOOKS = { done: "yes", failed: "no", cancelled: "plain", interrupted: "unsure" };
const GONE = "The server does not answer. If it was ended, start dmiso serve again and open the new address.";
let limits = null;
let events = null;

// -- the server ------------------------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(problem, problems = {}) {
    super(problem);
    this.problems = problems; // by field
  }
}

async function fetched(path, body) {
  const asking = { headers: { accept: "application/json" } };
  if (body !== undefined) {
    asking.method = "POST";
    asking.headers["content-type"] = "application/json";
    asking.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, asking);
  } catch {
    throw new Refused(GONE);
  }
  const text = await answer.text();
  let said = null;
  try {
    said = JSON.parse(text);
  } catch {
    throw new Refused(answer.ok ? "The server's answer cannot be read. Load the page again." : text);
  }
  if (!answer.ok) throw new Refused(said.problem, said.problems);
  return said;
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const say = (text) => { at("status").textContent = text; };

// -- the question ----------------------------------------------------------------------------------------------------

function showProblem(refused) {
  clearProblems();
  const wrong = FIELDS.filter((field) => refused.problems[field] !== undefined);
  for (const field of wrong) {
    at(`${field}-error`).textContent = refused.problems[field];
    at(field).setAttribute("aria-invalid", "true");
  }
  if (wrong.length > 0) {
    at(wrong[0]).focus();
    say(refused.message);
  } else {
    at("form-error").textContent = refused.message;
  }
}

function clearProblems() {
  for (const field of FIELDS) {
    at(`${field}-error`).textContent = "";
    at(field).removeAttribute("aria-invalid");
  }
  at("form-error").textContent = "";
}

function fill(example) {
  clearProblems();
  for (const field of FIELDS) if (example[field] !== undefined) at(field).value = example[field];
  for (const tick of TICKS) at(tick).checked = example[tick];
}

function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

async function ask(event) {
  event.preventDefault();
  clearProblems();
  const asked = {};
  for (const tick of TICKS) asked[tick] = at(tick).checked;
  for (const field of FIELDS) asked[field] = at(field).value;
  if (limits !== null && bytesOf(JSON.stringify(asked)) > limits.max_bytes) {
    const longest = bytesOf(asked.mirnas) > bytesOf(asked.targets) ? "mirnas" : "targets";
    const problem = `This is longer than ${limits.max_nucleotides.toLocaleString("en")} nucleotides, the most that `
      + "this server takes (--max-nucleotides). Give fewer or shorter sequences.";
    showProblem(new Refused(problem, { [longest]: problem }));
    return;
  }
  at("ask").disabled = true;
  try {
    const begun = await fetched("jobs", asked);
    sessionStorage.setItem("job", begun.name);
    attach(begun.name);
    at("work-heading").focus();
  } catch (refused) {
    at("ask").disabled = false;
    showProblem(refused);
  }
}

async function openFile(event) {
  const [file] = event.target.files;
  const field = event.target.dataset.for;
  if (file === undefined) return;
  clearProblems();
  if (limits !== null && file.size > limits.max_bytes) {
    const problem = `${file.name} is larger than ${limits.max_bytes.toLocaleString("en")} bytes, the most that this `
      + "server takes (--max-nucleotides). Give a smaller file.";
    showProblem(new Refused(problem, { [field]: problem }));
    return;
  }
  const text = await file.text();
  if (text.includes("\0") || text.includes("\uFFFD")) {
    const problem = `${file.name} is not plain text. Unpack it first if it is compressed, or save it as FASTA.`;
    showProblem(new Refused(problem, { [field]: problem }));
    return;
  }
  at(field).value = text;
  at(field).focus();
}

// -- at work ---------------------------------------------------------------------------------------------------------

function clockTime(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function told(state) {
  if (state.state === "waiting") {
    return state.before === 0 ? "Waiting for its turn: next."
      : `Waiting for its turn: ${state.before} before it.`;
  }
  const words = [];
  const progress = state.progress;
  if (progress === null) {
    words.push("Loading the model and the sequences");
  } else if (progress.total === null) {
    words.push(`${progress.done.toLocaleString("en")} ${progress.unit}`);
  } else {
    words.push(`${progress.done.toLocaleString("en")} of ${progress.total.toLocaleString("en")} ${progress.unit}`);
  }
  words.push(`${clockTime(state.seconds)} so far`);
  if (progress !== null && progress.left !== null) words.push(`about ${clockTime(progress.left)} left`);
  return `${words.join(", ")}.`;
}

let lastSpoken = 0;

function showWork(state) {
  at("work-title").textContent = state.title;
  at("told").textContent = told(state);
  const bar = at("bar");
  if (state.progress !== null && state.progress.total) {
    bar.max = state.progress.total;
    bar.value = Math.min(state.progress.done, state.progress.total);
  } else {
    bar.removeAttribute("value");
  }
  if (Date.now() - lastSpoken > 15000) { // who listens is not told of every step
    lastSpoken = Date.now();
    say(told(state));
  }
}

function attach(name) {
  detach();
  at("ask").disabled = true;
  at("cancel").disabled = false;
  lastSpoken = 0;
  at("work").hidden = false;
  at("answer").hidden = true;
  at("work-title").textContent = "";
  at("told").textContent = "";
  at("bar").removeAttribute("value");
  events = new EventSource(`jobs/${name}/events`);
  events.onmessage = (event) => {
    const state = JSON.parse(event.data);
    if (state.state === "waiting" || state.state === "running") showWork(state);
    else ended(name);
  };
  events.onerror = () => {
    if (events === null) return;
    // a page that is being left loses its connection too: wait, as then nothing runs any more and the job stays known
    if (events.readyState === EventSource.CLOSED) setTimeout(() => { if (events !== null) ended(name); }, 1000);
    else at("told").textContent = GONE;
  };
}

function detach() {
  if (events !== null) events.close();
  events = null;
}

function ended(name) {
  detach();
  sessionStorage.removeItem("job");
  at("ask").disabled = false;
  at("work").hidden = true;
  if (location.hash === `#run=${name}`) showRun(name);
  else location.hash = `run=${name}`;
  showHistory();
}

async function cancel() {
  const name = sessionStorage.getItem("job");
  if (name === null) return;
  at("cancel").disabled = true;
  at("told").textContent = "Cancelling …";
  try {
    await fetched(`jobs/${name}/cancel`, {});
  } catch (refused) {
    at("told").textContent = refused.message;
  }
}

// -- the answer ------------------------------------------------------------------------------------------------------

async function showRun(name) {
  let run;
  try {
    run = await fetched(`runs/${encodeURIComponent(name)}`);
  } catch (refused) {
    showProblem(refused);
    return;
  }
  at("answer").hidden = false;
  at("answer-title").textContent = run.title;
  const isDone = run.state === "done";
  at("answer-heading").textContent = isDone ? "Answer" : `No answer: ${WORDS[run.state]}`;
  at("answer-problem").hidden = isDone;
  at("answer-problem").textContent = run.message || `This question is ${WORDS[run.state]}.`;
  const path = `runs/${name}/report`;
  at("report").hidden = !run.has_report;
  if (run.has_report) at("report").src = path;
  else at("report").removeAttribute("src");
  at("text").hidden = run.text === "";
  at("text").textContent = run.text;
  const links = [element("button", "Change and ask again", { type: "button", id: "again" })];
  links[0].addEventListener("click", () => { fill(run.asked); at("mirnas").focus(); });
  if (run.has_report) {
    links.unshift(element("a", "Open in a tab of its own",
      { class: "button", href: path, target: "_blank", rel: "noopener" }));
  }
  at("answer-links").replaceChildren(...links);
  at("files").replaceChildren(...run.files.map((file) => {
    const item = element("li", "");
    item.append(element("a", file, { href: `runs/${name}/files/${encodeURIComponent(file)}`, download: file }));
    return item;
  }));
  at("command").textContent = ["dmiso", ...run.command].map(quoted).join(" ");
  at("folder").textContent = run.folder;
  at("answer-heading").focus();
  say(isDone ? "The answer is there." : at("answer-problem").textContent);
}

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

async function showHistory() {
  let history;
  try {
    history = await fetched("runs");
  } catch (refused) {
    at("history-folder").textContent = refused.message;
    return;
  }
  at("no-history").hidden = history.total > 0;
  at("history").replaceChildren(...history.runs.map((run) => {
    const item = element("li", "");
    const when = new Date(run.begun * 1000);
    item.append(
      element("a", run.title, { href: `#run=${run.name}` }),
      element("span", WORDS[run.state], { class: `badge ${LOOKS[run.state] || "plain"}` }),
      element("time", when.toLocaleString(), { datetime: when.toISOString() }),
    );
    return item;
  }));
  const more = history.total - history.runs.length;
  at("history-folder").textContent = (more > 0 ? `${more} older ones are in the same folder. ` : "")
    + `The history is the folder ${folder}; nothing in it is ever removed by this page.`;
}

function showHash() {
  const found = /^#run=([\w-]+)$/.exec(location.hash);
  if (found !== null) showRun(found[1]);
}

// -- begin -----------------------------------------------------------------------------------------------------------

let folder = "";

function showChoices(choices) {
  limits = choices.limits;
  folder = choices.folder;
  for (const field of ["reference", "model"]) {
    at(field).replaceChildren(...choices[`${field}s`].map((choice) => element("option", choice.label,
      { value: choice.name })));
  }
  at("limits").textContent = `At most ${limits.max_mirnas} miRNAs, ${limits.max_targets} targets and `
    + `${limits.max_nucleotides.toLocaleString("en")} nucleotides.`;
  at("examples").replaceChildren(...choices.examples.map((example) => {
    const button = element("button", "", { type: "button" });
    button.append(element("strong", example.title), element("span", example.about));
    button.addEventListener("click", () => { fill(example); at("ask").focus(); });
    return button;
  }));
}

async function begin() {
  if (location.search !== "") history.replaceState(null, "", location.pathname + location.hash);
  at("form").addEventListener("submit", ask);
  at("clear").addEventListener("click", clearProblems);
  at("cancel").addEventListener("click", cancel);
  for (const input of document.querySelectorAll("input[type=file]")) input.addEventListener("change", openFile);
  window.addEventListener("hashchange", showHash);
  try {
    showChoices(await fetched("choices"));
  } catch (refused) {
    showProblem(refused);
    return;
  }
  await showHistory();
  const job = sessionStorage.getItem("job");
  if (job !== null) attach(job);
  else showHash();
}

begin();
