/** The requests for what runs inside pods, as paths. */
import type {AttachRequest, ExecRequest, LogRequest, PodRef} from './pod-streams.ts';
import {resourcePath} from './resource.ts';

export function execPath({command, ...request}: ExecRequest): string {
  return podPath(request.pod, 'exec', [...command.map(argument => ['command', argument] as const), ...streamsOf(request)]);
}

export function attachPath(request: AttachRequest): string {
  return podPath(request.pod, 'attach', streamsOf(request));
}

export function portPath(pod: PodRef, port: number): string {
  return podPath(pod, 'portforward', [['ports', String(port)]]);
}

export function logPath(request: LogRequest): string {
  return podPath(request.pod, 'log', [
    ...named('container', request.container),
    ...flag('follow', request.isFollowed),
    ...flag('previous', request.isPrevious),
    ...flag('timestamps', request.hasTimestamps),
    ...named('tailLines', request.tailLines),
    ...named('sinceSeconds', request.sinceSeconds),
    ...named('sinceTime', request.sinceTime),
    ...named('limitBytes', request.limitBytes),
  ]);
}

type Parameter = readonly [string, string];

/** A terminal has no stream of its own for errors, and the server refuses to be asked for one. */
function streamsOf({container, hasInput, isTerminal}: AttachRequest): Parameter[] {
  return [
    ...named('container', container),
    ...flag('stdin', hasInput),
    ...flag('stdout', true),
    ...flag('stderr', isTerminal !== true),
    ...flag('tty', isTerminal),
  ];
}

function flag(name: string, value: boolean | undefined): Parameter[] {
  return value === true ? [[name, 'true']] : [];
}

function named(name: string, value: string | number | undefined): Parameter[] {
  return value === undefined ? [] : [[name, String(value)]];
}

function podPath({namespace, name}: PodRef, subresource: string, parameters: readonly Parameter[]): string {
  const query = new URLSearchParams(parameters.map(([key, value]): [string, string] => [key, value])).toString();
  const collection = resourcePath({group: '', version: 'v1', plural: 'pods'}, namespace);
  return `${collection}/${encodeURIComponent(name)}/${subresource}${query === '' ? '' : `?${query}`}`;
}
