/** Russian words for what a field was expected to be: the readers of fields say it in English, as part of their errors. */

/** Fits «ожидается …»; what has no words here is a name of the cluster's own and stays as it is. */
export function expectedInRussian(expected: string): string {
  const choices = /^one of (.+)$/.exec(expected);
  return choices === null ? (forms.get(expected) ?? expected) : `одно из ${choices[1]}`;
}

const forms: ReadonlyMap<string, string> = new Map([
  ['an object', 'объект'],
  ['a string', 'строка'],
  ['a string (put it in quotes)', 'строка (возьмите в кавычки)'],
  ['a number', 'число'],
  ['the name of a runbook', 'имя runbook’а'],
  ['a list', 'список'],
  ['a mapping', 'объект с полями'],
  ['a time', 'время'],
  ['true or false', 'true или false'],
  ['base64', 'base64'],
  ['a PEM certificate', 'сертификат в PEM'],
  ['a PEM key', 'ключ в PEM'],
  ['there, and no certificate either', 'токен или сертификат'],
  ['together with clientCertificateData', 'пара к clientCertificateData'],
  ['an RFC 3339 time', 'время по RFC 3339'],
  ['in the future', 'время в будущем'],
]);
