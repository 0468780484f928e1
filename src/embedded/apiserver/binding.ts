/** POST pods/NAME/binding: how a scheduler says on which node a pod is to run. */
import {isFields} from '../../domain/fields.ts';
import {type ApiAnswer, type ApiCall, jsonAnswer} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {keyOf} from './api-object.ts';
import {stateForWrite} from './dry-run.ts';
import {readBody} from './request-body.ts';
import type {Target} from './request-target.ts';
import {type ServerState, toTimestamp} from './server-state.ts';
import {currentObject} from './update-handlers.ts';
import {readWriteOptions} from './write-options.ts';

export function bindPod(state: ServerState, target: Target, name: string, call: ApiCall): ApiAnswer {
  const {isDryRun} = readWriteOptions(call, 'CreateOptions');
  const node = readNode(readBody(call, 'Binding'));
  const pod = currentObject(state, target, name);
  const spec = isFields(pod.spec) ? pod.spec : {};
  const refuse = (why: string) => ApiFault.conflict({group: '', plural: 'pods/binding'}, name, why);
  if (pod.metadata.deletionTimestamp !== undefined) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (typeof spec.nodeName === 'string' && spec.nodeName !== '') {
    throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
  }
  const status = isFields(pod.status) ? pod.status : {};
  const bound = {...pod, spec: {...spec, nodeName: node}, status: {...status, conditions: withScheduled(state, status.conditions)}};
  stateForWrite(state, isDryRun).storage.put('pods', keyOf(pod), bound);
  return jsonAnswer(201, {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201});
}

function readNode(binding: unknown): string {
  const target = isFields(binding) && isFields(binding.target) ? binding.target : {};
  const {name} = target;
  if (typeof name === 'string' && name !== '') return name;
  const cause = {reason: 'FieldValueRequired', message: 'Required value', field: 'target.name'};
  throw ApiFault.invalid({kind: 'Binding', group: ''}, '', [cause]);
}

function withScheduled(state: ServerState, conditions: unknown): unknown[] {
  const others = Array.isArray(conditions) ? conditions.filter(condition => !isFields(condition) || condition.type !== 'PodScheduled') : [];
  const lastTransitionTime = toTimestamp(state.clock.now());
  return [...others, {type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime}];
}
