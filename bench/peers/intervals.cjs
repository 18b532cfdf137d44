// Collective availability in the shape of cal.com's date-ranges.ts, on dayjs objects: each user's working ranges less the
// busy ones, then the users' ranges intersected one after another on sorted lists. Prints [starts found, median seconds].
const [modules, file, repeats] = process.argv.slice(2);
const dayjs = require(modules + "/node_modules/dayjs");
dayjs.extend(require(modules + "/node_modules/dayjs/plugin/utc"));
const origin = dayjs.utc("2026-11-23T00:00:00Z");
const range = ([a, b]) => ({ start: origin.add(a, "minute"), end: origin.add(b, "minute") });
const users = JSON.parse(require("fs").readFileSync(file)).map((u) => ({ hours: u.hours.map(range), busy: u.busy.map(range) }));

function less(hours, busy) {
  const out = [];
  for (const h of hours) {
    let at = h.start;
    const inside = busy.filter((b) => b.start.isBefore(h.end) && b.end.isAfter(h.start));
    inside.sort((a, b) => (a.start.isAfter(b.start) ? 1 : -1));
    for (const b of inside) {
      if (b.start.isAfter(at)) out.push({ start: at, end: b.start });
      if (b.end.isAfter(at)) at = b.end;
    }
    if (h.end.isAfter(at)) out.push({ start: at, end: h.end });
  }
  return out;
}

function both(lists) {
  const sorted = lists.map((l) => l.map((r) => ({ ...r, from: r.start.valueOf(), to: r.end.valueOf() })).sort((a, b) => a.from - b.from));
  let found = sorted[0];
  for (const own of sorted.slice(1)) {
    const out = [];
    for (let x = 0, y = 0; x < found.length && y < own.length; ) {
      const from = Math.max(found[x].from, own[y].from), to = Math.min(found[x].to, own[y].to);
      if (from < to) out.push({ start: found[x].from > own[y].from ? found[x].start : own[y].start,
                                end: found[x].to < own[y].to ? found[x].end : own[y].end, from, to });
      if (found[x].to <= own[y].to) x++; else y++;
    }
    found = out;
    if (!found.length) break;
  }
  return found;
}

function starts(free) {
  const out = [];
  for (const f of free) {
    let at = f.start;
    const past = at.minute() % 15;
    if (past) at = at.add(15 - past, "minute");
    for (; !at.add(30, "minute").isAfter(f.end); at = at.add(15, "minute")) out.push(at.valueOf());
  }
  return out;
}

const took = [];
let found = 0;
for (let n = 0; n < Number(repeats); n++) {
  const begin = process.hrtime.bigint();
  found = starts(both(users.map((u) => less(u.hours, u.busy)))).length;
  took.push(Number(process.hrtime.bigint() - begin) / 1e9);
}
took.sort((a, b) => a - b);
process.stdout.write(JSON.stringify([found, took[took.length >> 1]]));
