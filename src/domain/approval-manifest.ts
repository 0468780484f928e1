/** The RunbookApproval that opens a gate, ready for `kubectl create -f -` by whoever approves. */
import type {Run, StepGate} from './run.ts';

/** `by` is left to the person: the API server compares it with who creates the object. */
export function approvalManifest(run: Run, gate: StepGate): readonly string[] {
  const {name, namespace, uid} = run.meta;
  return [
    'apiVersion: deckhand.dev/v1alpha1',
    'kind: RunbookApproval',
    'metadata:',
    `  generateName: ${name}-`,
    `  namespace: ${namespace}`,
    'spec:',
    `  run: {name: ${name}, uid: ${uid}}`,
    `  gate: ${JSON.stringify(gate.id)}`,
    '  kind: Approval',
    `  planDigest: ${run.status.plan?.digest ?? ''}`,
    `  evidenceDigest: ${gate.evidenceDigest}`,
    '  decision: Approve',
    '  by: YOUR-USER-NAME',
    '  reason: WHY',
  ];
}
