/** Text order in which runs of digits count as numbers, so that `web-2` stands before `web-10`. */

/**
 * Code units elsewhere. Only equal texts are equal: `a01` and `a1`, the same numbers, are told apart by their code units
 * in the end, which keeps the order total.
 */
export function compareNaturally(left: string, right: string): number {
  // Names of one kind share long beginnings; only what comes behind needs care, from the first digit of a run that differs.
  let i = startOfDigits(left, firstDifference(left, right));
  let j = i;
  while (i < left.length && j < right.length) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(j);
    if (!isDigit(a) || !isDigit(b)) {
      if (a !== b) return a - b;
      i += 1;
      j += 1;
      continue;
    }
    const endA = endOfDigits(left, i);
    const endB = endOfDigits(right, j);
    const difference = compareDigits(left.slice(skipZeros(left, i, endA), endA), right.slice(skipZeros(right, j, endB), endB));
    if (difference !== 0) return difference;
    i = endA;
    j = endB;
  }
  const rest = left.length - i - (right.length - j);
  if (rest !== 0) return rest;
  return left < right ? -1 : left > right ? 1 : 0;
}

function firstDifference(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  return at;
}

function startOfDigits(text: string, from: number): number {
  let start = from;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

function skipZeros(text: string, from: number, end: number): number {
  let start = from;
  while (start < end && text.charCodeAt(start) === 48) start += 1;
  return start;
}

/** Without leading zeros, the longer is the greater. */
function compareDigits(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
