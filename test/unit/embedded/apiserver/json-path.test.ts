import {describe, expect, test} from 'vitest';
import {compileJsonPath, JsonPathError} from '../../../../src/embedded/apiserver/json-path.ts';

const object = {
  metadata: {labels: {'modules.deckhouse.io/update-policy': 'weekly', app: 'x'}},
  status: {
    conditions: [
      {type: 'Ready', status: 'True', count: 3},
      {type: 'Scaling', status: 'False', count: 0},
    ],
  },
};

describe('compileJsonPath', () => {
  test.each<[string, unknown[]]>([
    ['.metadata.labels.app', ['x']],
    ['{.metadata.labels.app}', ['x']],
    ['$.metadata.labels.app', ['x']],
    ['.metadata.labels.modules\\.deckhouse\\.io/update-policy', ['weekly']],
    [".metadata.labels['modules\\.deckhouse\\.io/update-policy']", ['weekly']],
    ['.metadata.labels["app"]', ['x']],
    [".status.conditions[?(@.type=='Ready')].status", ['True']],
    ['.status.conditions[?(@.type == "Scaling")].status', ['False']],
    ['.status.conditions[?(@.count>=1)].type', ['Ready']],
    ['.status.conditions[?(@.missing)].type', []],
    ['.status.conditions[*].type', ['Ready', 'Scaling']],
    ['.status.conditions[0].type', ['Ready']],
    ['.status.conditions[-1].type', ['Scaling']],
    ['.status.conditions[0:1].type', ['Ready']],
    ['..count', [3, 0]],
    ['.status.missing.deeper', []],
  ])('%s', (path, values) => {
    expect(compileJsonPath(path)(object)).toEqual(values);
  });

  test.each(['.a[', '.a[?(@.b==)]', '.a[b]'])('refuses %s', path => {
    expect(() => compileJsonPath(path)).toThrow(JsonPathError);
  });
});
