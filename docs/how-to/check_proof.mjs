// Checks the proof of a matching of pairs, without mentormatch: node check_proof.mjs MATCHING.json POINTS.json
//
// MATCHING.json is what matching.to_json() wrote. POINTS.json says what the pairs are worth:
//   mentors, mentees     the ids, in the order of the matching
//   points               a row for each mentor and a column for each mentee; -1 where a condition forbids the pair
//   not_eligible         {mentor: [ids], mentee: [ids]}: who may not take part
//   accepted             [[mentor, mentee, points], ...]: what accepted pairs are worth, also where now forbidden
//
// The program takes nothing from the matching but what was asked (demand), the pairs and the prices. It poses the
// problem anew, adds everything up in whole numbers of any length, and compares. Exit code 0: nothing is better.
// Not covered: which of several equally good matchings the lottery picks, a search that was stopped, stable matchings,
// and other formats than pairs.

import { readFileSync } from "node:fs";

class Refused extends Error {}
const refuse = (reason) => {
  throw new Refused(reason);
};
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const bigSum = (numbers) => numbers.reduce((total, number) => total + number, 0n);
const largest = (numbers) => numbers.reduce((most, number) => (number > most ? number : most), 0);

// JSON in which whole numbers of 16 digits and more become BigInt; a plain parser would round them.
function read(path) {
  const text = readFileSync(path, "utf8");
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `{"whole": "${token}"}` : token,
  );
  return JSON.parse(marked, (_, value) => (typeof value?.whole === "string" ? BigInt(value.whole) : value));
}

// -- The problem: what may be made, and what it is worth ---------------------------------------------------------------

// The demand in plain numbers, without the pairs that are no question: pins, and accepted pairs that stay.
function pose(demand, table) {
  const { choices, aim } = demand;
  const [at, menteeAt] = [demand.mentors, demand.mentees].map((ids) => new Map(ids.map((id, place) => [id, place])));
  const width = demand.mentees.length;
  const known = ([mentor, mentee]) => at.has(mentor) && menteeAt.has(mentee);
  const key = ([mentor, mentee]) => at.get(mentor) * width + menteeAt.get(mentee);
  const keys = (pairs) => pairs.map((pair) => [pair.mentor, pair.mentee]).filter(known).map(key);
  const each = (pairs, side, people) => {
    const count = people.map(() => 0);
    for (const pair of pairs) count[side === "mentor" ? Math.floor(pair / width) : pair % width] += 1;
    return count;
  };

  const absent = new Set([...choices.left, ...choices.paused]);
  const out = { mentor: new Set(table.not_eligible.mentor), mentee: new Set(table.not_eligible.mentee) };
  const present = (numbers, ids, side) => numbers.map((n, p) => (absent.has(ids[p]) || out[side].has(ids[p]) ? 0 : n));
  const capacity = present(demand.capacity, demand.mentors, "mentor");
  const wants = present(demand.wants, demand.mentees, "mentee");

  const here = ({ mentor, mentee }) => !absent.has(mentor) && !absent.has(mentee);
  const pins = new Set(keys(choices.pins));
  const ended = new Set(keys(choices.ended));
  const accepted = keys(choices.accepted.filter(here)).filter((pair) => !ended.has(pair) && !pins.has(pair));
  const load = each([...pins, ...accepted], "mentor", demand.mentors);
  const minimum = demand.minimum_load.map((least, j) => Math.min(least, capacity[j]));
  demand.mentors.forEach((id, j) => {
    // Who is no longer eligible keeps the accepted pairs and gets no new one.
    if (out.mentor.has(id) && !absent.has(id)) capacity[j] = Math.min(load[j], demand.capacity[j]);
  });
  // Where a mentor has more accepted pairs than seats, the aims decide which of them stay.
  const movable = accepted.filter((pair) => load[Math.floor(pair / width)] > capacity[Math.floor(pair / width)]);
  const settled = [...pins, ...accepted.filter((pair) => !movable.includes(pair))];
  const led = each(settled, "mentor", demand.mentors);
  const served = each(settled, "mentee", demand.mentees);
  const enough = new Set(movable.map((pair) => pair % width).filter((i) => served[i] >= wants[i]));
  const before = each([...pins, ...accepted], "mentee", demand.mentees);
  const wanted = wants.map((n, i) => Math.max(n, before[i]) - served[i]);

  const worth = new Map(table.accepted.map(([mentor, mentee, points]) => [key([mentor, mentee]), points]));
  const closed = new Set([...ended, ...settled, ...keys([...choices.bans, ...choices.declines, ...choices.expired])]);
  const gone = (pair) => closed.has(pair) || (enough.has(pair % width) && !movable.includes(pair));

  // What single pairs bring beside their points, level by level.
  const special = new Map();
  const bring = (level, pair, value) => {
    if (!gone(pair)) special.set(pair, { ...special.get(pair), [level]: BigInt(value) });
  };
  const places = (lists, pair) =>
    Object.entries(lists).flatMap(([person, list]) =>
      list.flatMap((tied, rank) => [tied].flat().map((other) => [pair(person, other), rank])),
    );
  const [lists, wishes] = [choices.shortlists, choices.wishes];
  const [longest, longestWish] = [lists, wishes].map((some) => largest(Object.values(some).map((list) => list.length)));
  const ranked = places(lists, (mentee, mentor) => [mentor, mentee]).filter(([pair]) => known(pair));
  const heard = aim.shortlists === "first" || aim.shortlists === "only";
  const listed = new Set();
  for (const [pair, rank] of ranked) {
    if (aim.shortlists === "bonus") bring("points", key(pair), aim.bonus);
    if (heard) {
      bring("rank", key(pair), longest - rank);
      if (!gone(key(pair))) listed.add(key(pair));
    }
  }
  for (const [pair, rank] of places(wishes, (mentor, mentee) => [mentor, mentee]))
    if (known(pair)) bring("wishes", key(pair), longestWish - rank);
  for (const pair of keys(choices.avoid)) bring("avoid", pair, -1);
  for (const pair of keys(choices.favour)) bring("favour", pair, 1);
  const earlier = demand.previous.filter(known).filter(([mentor, mentee]) => here({ mentor, mentee }));
  for (const pair of earlier) bring("changes", key(pair), 1);
  for (const pair of movable) bring("accepted", pair, 1);

  const levels = levelsOf(demand, earlier.length > 0);
  const hasList = demand.mentees.map((id) => (lists[id] ?? []).length > 0);
  const onList = new Set(ranked.map(([pair]) => key(pair)));
  const listServed = new Set(settled.filter((pair) => onList.has(pair)).map((pair) => pair % width));
  // Who wants several mentors, one of them from a list, has a price for that list.
  const owners = levels.includes("listed")
    ? demand.mentees.flatMap((_, i) => {
        const open = [...listed].some((pair) => pair % width === i) && !listServed.has(i);
        return open && Math.min(wanted[i], demand.mentors.length) > 1 ? [i] : [];
      })
    : [];
  for (const pair of listed)
    if (!owners.includes(pair % width) && !listServed.has(pair % width)) bring("listed", pair, 1);

  return {
    demand,
    width,
    key,
    levels,
    owners,
    special,
    settled: new Map(settled.map((pair) => [pair, pointsAnyway(table, worth, pair, width)])),
    capacity: capacity.map((seats, j) => Math.min(seats - led[j], width)),
    atMost: capacity.map((seats, j) => seats - led[j]),
    minimum: minimum.map((least, j) => Math.max(least - led[j], 0)),
    wants: wanted.map((n) => Math.min(n, demand.mentors.length)),
    served,
    led,
    // The points of a pair, -1 where it may not be made.
    points: (pair, least) => {
      if (movable.includes(pair)) return pointsAnyway(table, worth, pair, width);
      if (gone(pair)) return -1;
      const i = pair % width;
      if (aim.shortlists === "only" && hasList[i] && !listed.has(pair)) return -1;
      const points = table.points[Math.floor(pair / width)][i];
      return points < least ? -1 : points;
    },
    throughList: (pair) => (listed.has(pair) ? owners.indexOf(pair % width) : -1),
  };
}

function pointsAnyway(table, worth, pair, width) {
  const points = table.points[Math.floor(pair / width)][pair % width];
  return points >= 0 ? points : worth.get(pair) ?? refuse("an accepted pair is forbidden now, and has no points");
}

// The aims in their order, as the convention has them (section 7); "lift_worst" is no sum and has proofs of its own.
function levelsOf({ choices, aim, previous }, moved) {
  const some = (wanted, ...names) => (wanted ? names : []);
  const heard = aim.shortlists === "first" || aim.shortlists === "only";
  const first = ["minimum_load", ...some(choices.accepted.length, "accepted"), ...some(aim.everyone_matched, "everyone")];
  const lists = [
    ...some(heard && Object.keys(choices.shortlists).length, "listed", "rank"),
    ...some(heard && Object.keys(choices.wishes).length, "wishes"),
  ];
  const past = [
    ...some(choices.avoid.length, "avoid"),
    ...some(choices.favour.length, "favour"),
    ...some(previous.length, "changes"),
  ];
  const lifted = [...some(aim.fairness, "lift_worst"), ...some(aim.balance, "balance")];
  const [early, middle, late] = ["before_shortlists", "before_points", "after_points"].map((when) =>
    some(aim.changes === when, ...past),
  );
  return aim.order === "points"
    ? [...first, ...early, ...lists, ...middle, "points", ...late, "participation"]
    : [...first, "participation", ...early, ...lists, ...lifted, ...middle, "points", ...late];
}

// What each mentor that a mentee gets brings: first ones before second ones, in each the higher priority first.
function tiersOf({ demand, wants, served }) {
  const entries = wants.flatMap((n, i) =>
    Array.from({ length: n }, (_, k) => ({ i, tier: k + served[i], priority: demand.priority[i] })),
  );
  const order = (a, b) => a.tier - b.tier || b.priority - a.priority;
  const ranks = [...entries].sort(order).filter((one, k, all) => k === 0 || order(all[k - 1], one) !== 0);
  const weight = new Map(ranks.map((one, k) => [`${one.tier} ${one.priority}`, BigInt(ranks.length - k)]));
  const tiers = wants.map(() => []);
  for (const one of entries)
    tiers[one.i].push({
      participation: weight.get(`${one.tier} ${one.priority}`),
      everyone: one.tier === 0 ? 1n : 0n,
    });
  return tiers;
}

// -- The proof: prices against everything that could have been done ----------------------------------------------------

// Refuses pairs that are not allowed, or that the prices do not prove the best in every level but the lottery.
function check(problem, levels, solution, least, minimumLoads = true) {
  const { width, capacity, wants, led, minimum, owners } = problem;
  const words = solution.words.map((word) => new Map(word.levels.map(([level, times]) => [level, BigInt(times)])));
  const plain = words.filter((word) => !word.has("lottery")).length;
  const tiers = tiersOf(problem);
  const made = new Set(solution.pairs);
  const load = capacity.map(() => 0);
  const got = wants.map(() => 0);
  const fromList = owners.map(() => 0);
  for (const pair of made) {
    load[Math.floor(pair / width)] += 1;
    got[pair % width] += 1;
    if (problem.throughList(pair) >= 0) fromList[problem.throughList(pair)] += 1;
  }
  const [mentor, mentee] = [
    (pair) => `mentor ${problem.demand.mentors[Math.floor(pair / width)]}`,
    (pair) => `mentee ${problem.demand.mentees[pair % width]}`,
  ];

  checkWords(problem, levels, solution.words, words.slice(0, plain), tiers, least);
  if (made.size !== solution.pairs.length) refuse("a pair stands there twice");
  load.forEach((n, j) => {
    if (n > problem.atMost[j]) refuse(`${mentor(j * width)} has more mentees than seats`);
    if (minimumLoads && n < minimum[j]) refuse(`${mentor(j * width)} has fewer mentees than the minimum load`);
  });
  got.forEach((n, i) => n > wants[i] && refuse(`${mentee(i)} has more mentors than wanted`));
  for (const [prices, people] of [
    [solution.mentor_prices, capacity],
    [solution.mentee_prices, wants],
    [solution.list_prices, owners],
  ])
    if (prices.length !== people.length || prices.some((row) => row.length !== words.length))
      refuse("expected a price for every person and word");
  const price = (rows, at, word) => BigInt(rows[at][word]);

  // The sign of the first word that is not 0: this is how two values of several words are compared.
  const sign = (value) => {
    for (let word = 0; word < plain; word += 1) {
      const number = value(word, (level) => words[word].get(level) ?? 0n);
      if (number !== 0n) return number < 0n ? -1 : 1;
    }
    return 0;
  };
  const worth = (pair, points, times) =>
    BigInt(points) * times("points") +
    bigSum(Object.entries(problem.special.get(pair) ?? {}).map(([level, value]) => value * times(level)));
  const against = (pair, points) =>
    sign((word, times) => {
      const list = problem.throughList(pair);
      const payer = list < 0 ? price(solution.mentee_prices, pair % width, word) : price(solution.list_prices, list, word);
      return worth(pair, points, times) - price(solution.mentor_prices, Math.floor(pair / width), word) - payer;
    });

  // Pairs: none that was not made is worth more than its prices, none that was made is worth less.
  for (let pair = 0; pair < capacity.length * width; pair += 1) {
    const points = problem.points(pair, least);
    if (made.has(pair)) {
      if (points < 0) refuse(`${mentor(pair)}, ${mentee(pair)}: the pair is not allowed`);
      if (points !== solution.points.get(pair)) refuse(`${mentor(pair)}, ${mentee(pair)}: these are not its points`);
      if (against(pair, points) < 0) refuse(`${mentor(pair)}, ${mentee(pair)}: the pair is worth less than its prices`);
    } else if (points >= 0 && against(pair, points) > 0)
      refuse(`${mentor(pair)}, ${mentee(pair)}: a pair that was not made is worth more than its prices`);
  }
  // People: at their prices, one partner more is not worth it, and the last one is.
  const seat = (j, taken, times) =>
    (taken < minimum[j] ? times("minimum_load") : 0n) - BigInt(2 * (taken + led[j]) + 1) * times("balance");
  const best = (person, n, most, gain, name) => {
    if (n < most && sign((word, times) => gain(n, times, word)) > 0) refuse(`${name(person)}: one more would be better`);
    if (n > 0 && sign((word, times) => gain(n - 1, times, word)) < 0) refuse(`${name(person)}: one fewer would be better`);
  };
  load.forEach((n, j) => {
    const gain = (k, times, word) => seat(j, k, times) + price(solution.mentor_prices, j, word);
    best(j * width, n, capacity[j], gain, mentor);
  });
  got.forEach((n, i) => {
    const tier = (k, times) =>
      tiers[i][k].participation * times("participation") + tiers[i][k].everyone * times("everyone");
    best(i, n, wants[i], (k, times, word) => tier(k, times) + price(solution.mentee_prices, i, word), mentee);
  });
  fromList.forEach((n, at) => {
    const saved = (word) => price(solution.list_prices, at, word) - price(solution.mentee_prices, owners[at], word);
    best(owners[at], n, wants[owners[at]], (k, times, word) => (k === 0 ? times("listed") : 0n) + saved(word), mentee);
  });
}

// The words hold the levels in their order, and one unit of a level outweighs all that stands behind it.
function checkWords(problem, levels, all, words, tiers, least) {
  const { capacity, wants, led, special, width } = problem;
  const named = all.flatMap((word) => word.levels.map(([level]) => level));
  const lotteries = named.length - named.indexOf("lottery");
  const sound =
    named.includes("lottery") &&
    named.slice(-lotteries).every((level) => level === "lottery") &&
    named.slice(0, -lotteries).join() === levels.join();
  if (!sound) refuse("the words do not hold the aims in their order");
  const pairs = Math.min(sum(capacity), sum(wants));
  const extra = (level) =>
    [...special.values()].reduce((most, one) => {
      const value = one[level] ?? 0n;
      return value < 0n ? (-value > most ? -value : most) : value > most ? value : most;
    }, 0n);
  const most = (level) => {
    if (level === "minimum_load") return BigInt(sum(problem.minimum));
    if (level === "participation" || level === "everyone") return bigSum(tiers.flat().map((tier) => tier[level]));
    if (level === "balance") return BigInt(pairs * largest(capacity.map((seats, j) => 2 * (seats + led[j]))));
    if (level === "points") {
      let highest = 0;
      for (let pair = 0; pair < capacity.length * width; pair += 1)
        highest = Math.max(highest, problem.points(pair, least));
      return BigInt(pairs) * (BigInt(highest) + extra("points"));
    }
    const once = level === "listed" && problem.owners.length ? 1n : extra(level);
    return BigInt(Math.min(pairs, special.size)) * once;
  };
  for (const word of words) {
    let below = 0n;
    for (const [level, times] of [...word].reverse()) {
      if (times <= below) refuse(`the words do not hold the aims in their order: ${level} does not outweigh the next`);
      below += times * most(level);
    }
  }
}

// What pairs bring, level by level.
function valueOf(problem, levels, pairs, points) {
  const { width, capacity, wants, led, minimum, special } = problem;
  const [load, got] = [capacity.map(() => 0), wants.map(() => 0)];
  const tiers = tiersOf(problem);
  const lists = new Set();
  for (const pair of pairs) {
    load[Math.floor(pair / width)] += 1;
    got[pair % width] += 1;
    if (problem.throughList(pair) >= 0) lists.add(problem.throughList(pair));
  }
  return levels.map((level) => {
    const extra = bigSum(pairs.map((pair) => special.get(pair)?.[level] ?? 0n));
    if (level === "minimum_load") return BigInt(sum(load.map((n, j) => Math.min(n, minimum[j]))));
    if (level === "participation" || level === "everyone")
      return bigSum(got.flatMap((n, i) => tiers[i].slice(0, n).map((tier) => tier[level])));
    if (level === "balance") return BigInt(sum(load.map((n, j) => led[j] ** 2 - (n + led[j]) ** 2)));
    if (level === "points") return extra + bigSum(pairs.map((pair) => BigInt(points.get(pair))));
    return level === "listed" ? extra + BigInt(lists.size) : extra;
  });
}

// The lowest score: nothing above it was lost for it, and one point more on the floor would lose something.
function checkLift(problem, pairs, points, lift, least) {
  const upper = problem.levels.slice(0, problem.levels.indexOf("lift_worst"));
  const solution = (saved) => {
    const places = saved.mentor.map((j, k) => j * problem.width + saved.mentee[k]);
    return { ...saved, pairs: places, points: new Map(places.map((pair, k) => [pair, saved.points[k]])) };
  };
  const compare = (one, other) => {
    const at = one.findIndex((value, k) => value !== other[k]);
    return at < 0 ? 0 : one[at] < other[at] ? -1 : 1;
  };
  const free = solution(lift.free);
  check(problem, upper, free, least);
  const possible = valueOf(problem, upper, free.pairs, free.points);
  if (compare(valueOf(problem, upper, pairs, points), possible) !== 0) refuse("the floor cost something in an aim above");
  if (lift.above === null) {
    for (let pair = 0; pair < problem.capacity.length * problem.width; pair += 1)
      if (problem.points(pair, least) >= lift.floor) refuse("the floor could be higher");
    return;
  }
  const above = solution(lift.above);
  check(problem, upper, above, Math.max(least, lift.floor + 1), false);
  if (compare(valueOf(problem, upper, above.pairs, above.points), possible) >= 0) refuse("the floor could be higher");
}

// -- The whole ---------------------------------------------------------------------------------------------------------

function main(matching, table) {
  const { demand, proof } = matching;
  if (matching.kind !== undefined) refuse(`not covered: a matching of ${matching.kind}`);
  if (proof.kind !== "optimal") refuse(`not covered: a proof that is ${proof.kind}`);
  if (demand.mentors.join("\n") !== table.mentors.join("\n") || demand.mentees.join("\n") !== table.mentees.join("\n"))
    refuse("the points are of other people, or in another order");
  const problem = pose(demand, table);

  const points = new Map();
  const pairs = [];
  for (const pair of matching.pairs) {
    const place = problem.key([pair.mentor, pair.mentee]);
    if (!Number.isInteger(place)) refuse(`${pair.mentor}, ${pair.mentee}: the pair names people who are not there`);
    points.set(place, pair.points);
    pairs.push(place);
  }
  for (const [pair, worth] of problem.settled)
    if (points.get(pair) !== worth) refuse("a pinned or accepted pair is missing or does not have its points");
  const free = pairs.filter((pair) => !problem.settled.has(pair));
  const solution = { ...proof, pairs: free, points };
  const least = demand.aim.minimum_score;
  const levels = problem.levels.filter((level) => level !== "lift_worst");
  if (problem.levels.includes("lift_worst")) {
    if (!proof.lift) refuse("the proof says nothing of the lowest score");
    checkLift(problem, free, points, proof.lift, least);
    check(problem, levels, solution, Math.max(least, proof.lift.floor));
  } else check(problem, levels, solution, least);
  if (new Set(pairs).size !== pairs.length) refuse("a pair stands there twice");

  const total = bigSum(matching.pairs.map((pair) => BigInt(pair.points)));
  const served = new Set(matching.pairs.map((pair) => pair.mentee)).size;
  const aims = problem.levels.join(", ");
  return `${matching.pairs.length} pairs, ${served} mentees, ${total} points\nno other matching is better in ${aims}`;
}

try {
  const [matching, points] = process.argv.slice(2);
  console.log(`proven: ${main(read(matching), read(points))}`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.log(`refused: ${error.message}`);
  process.exitCode = 1;
}
