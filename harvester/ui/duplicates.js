"use strict";
// Everything from a record is put in place by textContent: none of it is ever read as HTML.
(() => {
  const at = (id) => document.getElementById(id);
  const secret = document.querySelector('meta[name="harvester"]').content;
  let reviewer = "";
  let pairs = [];
  let told = { left: 0, decided: 0, put_off: 0, last: null };
  let busy = false;
  let single = false; // one pair looked at again, from the list of conflicts

  const make = (tag, text, kind) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  const complain = (text) => {
    at("message").textContent = text;
    at("message").hidden = !text;
  };

  const ask = async (path, body) => {
    const options = body
      ? { method: "POST", headers: { "content-type": "application/json", "x-harvester": secret }, body: JSON.stringify(body) }
      : {};
    let answer;
    try {
      answer = await fetch("/-/harvester/" + path, options);
    } catch (error) {
      throw new Error("The server does not answer. What was decided before is kept; start `harvester serve` again.");
    }
    const said = await answer.json();
    if (!said.ok) throw new Error([said.message, said.hint].filter(Boolean).join(" — "));
    complain(said.notice || "");
    return said;
  };

  const pieces = (cell, segments) => {
    const holder = make("bdi", undefined, segments.reduce((n, s) => n + s[0].length, 0) > 400 ? "long" : "");
    holder.dir = "auto";
    if (holder.className) holder.tabIndex = 0;
    for (const [text, differs] of segments) holder.append(differs ? make("mark", text) : text);
    if (!segments.length) holder.append(make("span", "–", "alike"));
    cell.append(holder);
  };

  const show = () => {
    const pair = pairs[0];
    at("pair").hidden = !pair;
    at("undo").disabled = !told.last;
    const all = told.decided + told.left;
    at("bar").hidden = !all;
    at("bar").max = all || 1;
    at("bar").value = told.decided;
    at("state").textContent = pair || told.left
      ? `${told.decided} decided by you, ${told.left} left` + (told.put_off ? `, ${told.put_off} of them put off` : "")
      : `Nothing left to decide. ${told.decided} decided by you.`;
    if (!pair) {
      at("pair").hidden = !told.last;
      at("fields").replaceChildren();
      at("why").textContent = "";
      for (const id of ["same", "different", "later"]) at(id).disabled = true;
      return;
    }
    for (const id of ["same", "different", "later"]) at(id).disabled = false;
    at("head-a").textContent = `Record ${pair.a}`;
    at("head-b").textContent = `Record ${pair.b}`;
    const score = pair.score === null ? "" : `${Math.round(pair.score * 100)} of 100. `;
    at("why").textContent = `Likeness: ${score}${pair.reasons.join("; ")}` + (pair.later ? " (put off before)" : "");
    const rows = pair.fields.map((row) => {
      const line = make("tr");
      line.dataset.field = row.field;
      const head = make("th", row.field);
      head.scope = "row";
      line.append(head);
      for (const side of ["a", "b"]) {
        const cell = make("td", undefined, row.same ? "alike" : "");
        cell.dataset.head = `Record ${pair[side]}`;
        pieces(cell, row[side]);
        line.append(cell);
      }
      return line;
    });
    at("fields").replaceChildren(...rows);
  };

  const load = async () => {
    const second = at("second").checked ? "&second=1" : "";
    told = await ask(`queue?reviewer=${encodeURIComponent(reviewer)}${second}`);
    pairs = told.pairs;
    single = false;
    show();
    together().catch((error) => complain(error.message)); // shown when it is there; nobody waits for it
  };

  const act = async (what) => {
    if (busy || !reviewer) return;
    const pair = pairs[0];
    busy = true;
    try {
      if (what === "undo") {
        if (!told.last) return;
        const { record_a: a, record_b: b, id } = told.last;
        await ask("undo", { number: id, reviewer });
        await load();
        const again = pairs.findIndex((each) => each.a === a && each.b === b);
        if (again > 0) pairs.unshift(...pairs.splice(again, 1));
        show();
      } else if (pair) {
        const body = { a: pair.a, b: pair.b, reviewer };
        if (what === "later") await ask("later", body);
        else {
          const { number } = await ask("decide", { ...body, verdict: what });
          told.last = { id: number, record_a: pair.a, record_b: pair.b, verdict: what };
        }
        pairs.shift();
        if (single || pairs.length < 5 || what === "later") await load();
        else {
          told.decided += 1;
          told.left -= 1;
          if (pair.later) told.put_off -= 1;
          show();
        }
      }
    } catch (error) {
      complain(error.message);
    } finally {
      busy = false;
    }
  };

  const together = async () => {
    const said = await ask("agreement");
    at("together").hidden = !said.agreement.length && !said.conflicts.length;
    at("agreement").replaceChildren(
      ...said.agreement.map((each) =>
        make(
          "p",
          `${each.a} and ${each.b}: ${each.alike} of ${each.both} pairs alike, Cohen's kappa ` +
            (each.kappa === null ? "not defined" : each.kappa.toFixed(2)),
        ),
      ),
    );
    const list = make("ul");
    for (const each of said.conflicts) {
      const line = make("li");
      const title = make("bdi", each.title);
      title.dir = "auto";
      const votes = Object.entries(each.votes).map(([name, verdict]) => `${name}: ${verdict}`).join(", ");
      const again = make("button", "Look again");
      again.type = "button";
      again.addEventListener("click", async () => {
        try {
          pairs = [await ask(`pair?a=${each.a}&b=${each.b}`)];
          single = true;
          show();
          at("same").focus();
        } catch (error) {
          complain(error.message);
        }
      });
      line.append(title, ` (records ${each.a} and ${each.b}): ${votes} `, again);
      list.append(line);
    }
    const head = said.conflicts.length
      ? [make("p", `${said.conflicts.length} in conflict; the later decision stands until you agree, or "consensus" decides:`), list]
      : [];
    at("conflicts").replaceChildren(...head);
  };

  at("who").addEventListener("submit", async (event) => {
    event.preventDefault();
    reviewer = at("reviewer").value.trim();
    try {
      localStorage.setItem("harvester-reviewer", reviewer);
    } catch (error) {
      // A browser that keeps nothing asks for the name again next time.
    }
    try {
      await load();
      at("reviewer").blur();
      (pairs.length ? at("same") : at("reviewer")).focus();
    } catch (error) {
      complain(error.message);
    }
  });
  for (const id of ["same", "different", "later", "undo"]) at(id).addEventListener("click", () => act(id));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== "checkbox") return;
    const what = { s: "same", d: "different", l: "later", u: "undo" }[event.key.toLowerCase()];
    if (!what || at("pair").hidden) return;
    event.preventDefault();
    act(what);
  });
  try {
    at("reviewer").value = localStorage.getItem("harvester-reviewer") || "";
  } catch (error) {
    at("reviewer").value = "";
  }
  at("reviewer").focus();
})();
