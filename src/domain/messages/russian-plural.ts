/** Russian counts: the noun in the form that the number asks for. */

/** `5 узлов`: the forms are those after 1, after 2 and after 5. */
export function counted(count: number, one: string, few: string, many: string): string {
  return `${count.toLocaleString('ru')} ${formOf(count, one, few, many)}`;
}

/** Only the word: `готов`, `готовы`, `готово`. */
export function formOf(count: number, one: string, few: string, many: string): string {
  const [tens, ones] = [count % 100, count % 10];
  if (tens >= 11 && tens <= 14) return many;
  return ones === 1 ? one : ones >= 2 && ones <= 4 ? few : many;
}

/** After «из»: 1 узла, 5 узлов. */
export function countedOf(count: number, one: string, many: string): string {
  return counted(count, one, many, many);
}
