/** Text order in which runs of digits count as numbers, so that `web-2` stands before `web-10`. */

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

function compareDigits(left: string, right: string): number {
  const a = left.replace(/^0+/, '');
  const b = right.replace(/^0+/, '');
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Code units elsewhere. Only equal texts are equal: `a01` and `a1`, the same numbers, are told apart by their code units
 * in the end, which keeps the order total.
 */
export function compareNaturally(left: string, right: string): number {
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(j);
    if (isDigit(a) && isDigit(b)) {
      const endA = endOfDigits(left, i);
      const endB = endOfDigits(right, j);
      const difference = compareDigits(left.slice(i, endA), right.slice(j, endB));
      if (difference !== 0) return difference;
      i = endA;
      j = endB;
    } else if (a !== b) {
      return a - b;
    } else {
      i += 1;
      j += 1;
    }
  }
  const rest = left.length - i - (right.length - j);
  if (rest !== 0) return rest;
  return left < right ? -1 : left > right ? 1 : 0;
}
