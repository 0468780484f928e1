/** What Ink gets of us beside its stdout: a root that hands out its way to hold still, and a stdin that it leaves alone. */
import {useApp} from 'ink';
import type {ReactNode} from 'react';

export type Suspension = {resume(): Promise<void>};
export type SuspendInk = () => Promise<Suspension | undefined>;

/** Ink hands out its way to hold rendering only to components. */
export function InkRoot({node, onSuspender}: {node: ReactNode; onSuspender(suspend: SuspendInk): void}): ReactNode {
  onSuspender(useApp().suspendTerminal);
  return node;
}

/** Ink never reads the keyboard nor changes its mode: a component that asks for it fails at once. */
export function withoutRawMode(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  return new Proxy(stdin, {get: (target, property) => (property === 'isTTY' ? false : Reflect.get(target, property, target))});
}
