/** The RunbookRun that is asked for, as it is created. */
import type {Fields} from '../../domain/fields.ts';
import {type Requester, runKind} from '../../domain/run.ts';
import type {RunRequest} from '../../domain/run-desk.ts';

type RunName = {readonly namespace: string; readonly name: string};

export function runObject({namespace, name}: RunName, request: RunRequest, requestedBy: Requester, planDigest: string): Fields {
  return {
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: runKind.kind,
    metadata: {name, namespace},
    spec: {
      runbook: {name: request.runbook},
      parameters: request.parameters,
      requestedBy,
      planDigest,
      ...(request.undoOf === undefined ? {} : {undoOf: request.undoOf}),
    },
  };
}
