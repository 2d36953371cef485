// A clause among its neighbours, as its policy has them.
import { marked } from "./words.js";

const AROUND = 2; // clauses of context on either side

// The lines around a clause as the policy has them. A line in which no clause stands is a heading.
export function context(policy, clause) {
  const first = Math.max(clause.number - AROUND, 0);
  const last = Math.min(clause.number + AROUND, policy.clauses.length - 1);
  const near = policy.clauses.slice(first, last + 1);
  const end = near[near.length - 1].end;
  const lines = [];
  let open = [];
  let kind = "heading";
  let at = near[0].start;
  function between(to) {
    const pieces = policy.letters.slice(at, to).join("").split("\n");
    pieces.forEach((piece, place) => {
      if (place > 0) {
        if (open.some((each) => each.textContent.trim())) lines.push(line(open, kind));
        [open, kind] = [[], "heading"];
      }
      if (piece) open.push(document.createTextNode(piece));
    });
    at = to;
  }
  near.forEach((each, place) => {
    between(each.start);
    kind = each.kind === "item" ? "item" : "";
    open.push(first + place === clause.number ? part(clause) : document.createTextNode(each.quote));
    at = each.end;
  });
  between(end);
  if (open.length) lines.push(line(open, kind));
  return lines;
}

export function line(pieces, kind = "") {
  const made = document.createElement("p");
  made.className = kind;
  made.append(...pieces);
  return made;
}

export function part(clause) {
  const made = document.createElement("span");
  made.className = "this";
  marked(made, clause.quote, clause.matches);
  return made;
}
