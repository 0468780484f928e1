/** SHA-256 (FIPS 180-4) of short texts where no library may be asked: fingerprints of keys, in the views as in the runbooks. */

const blockBytes = 64;

const firstPrimes = primes(64);
const roundConstants = firstPrimes.map(prime => fraction(Math.cbrt(prime)));
const initialState = firstPrimes.slice(0, 8).map(prime => fraction(Math.sqrt(prime)));

/** In hex, of the text in UTF-8. */
export function sha256(text: string): string {
  const padded = pad(new TextEncoder().encode(text));
  const words = new DataView(padded.buffer);
  let state: readonly number[] = initialState;
  for (let offset = 0; offset < padded.length; offset += blockBytes) state = compress(state, schedule(words, offset));
  return state.map(word => word.toString(16).padStart(8, '0')).join('');
}

/** A one, zeros up to the last 8 bytes of a block, and there the length in bits. */
function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / blockBytes) * blockBytes);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function schedule(words: DataView, offset: number): readonly number[] {
  const expanded = Array.from({length: 16}, (_, index) => words.getUint32(offset + index * 4));
  const at = (index: number): number => expanded[index] ?? 0;
  for (let index = 16; index < 64; index += 1) {
    const [early, late] = [at(index - 15), at(index - 2)];
    const small = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const large = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    expanded.push((at(index - 16) + small + at(index - 7) + large) >>> 0);
  }
  return expanded;
}

function compress(state: readonly number[], words: readonly number[]): readonly number[] {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (const [index, word] of words.entries()) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (roundConstants[index] ?? 0) + word) >>> 0;
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) >>> 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) >>> 0, c, b, a, (first + second) >>> 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] ?? 0)) >>> 0);
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits behind the point. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32) >>> 0;
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every(prime => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}
