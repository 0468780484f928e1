/** Names and UIDs that the server makes, from the random port. */
import type {Random} from '../../domain/clock.ts';

/** No vowels and no look-alikes, as kube-apiserver has it. */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const BASE_LENGTH_MAX = 63 - SUFFIX_LENGTH;

export function generateName(base: string, random: Random): string {
  const suffix = Array.from({length: SUFFIX_LENGTH}, () => suffixAlphabet[Math.floor(random() * suffixAlphabet.length)]);
  return `${base.slice(0, BASE_LENGTH_MAX)}${suffix.join('')}`;
}

/** A UUID of version 4. */
export function generateUid(random: Random): string {
  const digits = Array.from({length: 32}, () => Math.floor(random() * 16));
  digits[12] = 4;
  digits[16] = 8 + ((digits[16] ?? 0) & 3);
  const hex = digits.map(digit => digit.toString(16)).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
