/** A short name for a long key: 52 bits of FNV-1a in letters and digits. For names, not for secrets. */

const lengthOf52Bits = 11;

export function shortHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return BigInt.asUintN(52, hash ^ (hash >> 12n))
    .toString(36)
    .padStart(lengthOf52Bits, '0');
}
