// Checks a licence's QR code where it is scanned: the facts and their signature stand behind the # of the address.
"use strict";

const frame = document.querySelector("[data-licence-key]");
const NAMES = ["format", "identifier", "number", "name", "holder", "organ", "issued", "until", "list", "index", "demo"];

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (mark) => mark.charCodeAt(0));
const hex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const utf8 = (text) => new TextEncoder().encode(text);
const day = (at) => new Date(at.getTime() + 8 * 3600e3).toISOString().slice(0, 10); // the day in Ya'an

function tell(verdict) {
  for (const part of frame.querySelectorAll("[data-verdict]")) part.hidden = part.dataset.verdict !== verdict;
}

function show(facts) {
  for (const part of frame.querySelectorAll("[data-fact]")) {
    part.textContent = facts[part.dataset.fact] || part.dataset.open || "";
  }
  frame.querySelector("[data-facts]").hidden = false;
}

const key = () =>
  crypto.subtle.importKey("raw", hex(frame.dataset.licenceKey), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);

const signed = async (content, signature) =>
  crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await key(), signature, content);

// The mark of the licence in its status list: 0 in force, 1 annulled, 2 replaced; null when no list can be had.
async function mark(facts) {
  const answer = await fetch(frame.dataset.status.replace("0.json", `${facts.list}.json`)).catch(() => null);
  if (!answer?.ok) return null;
  const list = await answer.json();
  const text = [list.format, list.list, list.issued_at, list.next_update, list.bits, ""].join("\n");
  const genuine = list.list === facts.list && new Date(list.next_update) > new Date();
  if (!genuine || !(await signed(utf8(text), bytes(list.signature)))) return null;
  return (bytes(list.bits)[facts.index >> 2] >> ((facts.index % 4) * 2)) & 3;
}

function read(token) {
  const [content, signature] = token.split(".").map(bytes);
  const values = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  if (!Array.isArray(values) || values.length !== NAMES.length || values[0] !== "TBL1") throw new Error("format");
  return { content, signature, facts: Object.fromEntries(NAMES.map((name, place) => [name, values[place]])) };
}

async function verify(token) {
  let found;
  try {
    found = read(token);
  } catch {
    return tell("unreadable");
  }
  if (!globalThis.crypto?.subtle) {
    document.getElementById("q").value = found.facts.identifier;
    return tell("unable");
  }
  if (!(await signed(found.content, found.signature))) return tell("forged");
  show(found.facts);
  const status = await mark(found.facts);
  if (status === null) return tell("unlisted");
  if (status !== 0) return tell(status === 2 ? "replaced" : "annulled");
  tell(found.facts.until && day(new Date()) > found.facts.until ? "expired" : "valid");
}

const scan = () => location.hash.length > 1 && verify(location.hash.slice(1));
addEventListener("hashchange", scan);
scan();
