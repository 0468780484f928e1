/** The reasons of verdicts. */
export const englishVerdicts = {
  'verdict.unreadable': (field: string, expected: string) => `unreadable: field ${field} is not ${expected}`,
};
