/** Opens sources on one cluster: the join between the reflector and those who want its rows. */
import type {OpenSource, SourceSink, SourceSpec} from '../domain/source.ts';
import {Reflector, type ReflectorParts} from './reflector.ts';

export type SourceOpenerParts = Omit<ReflectorParts, 'onKindsChanged'> & Partial<Pick<ReflectorParts, 'onKindsChanged'>>;

/** `onKindsChanged` is discovery's `subscribe`; without it an absent kind is asked for at growing intervals only. */
export function createSourceOpener({port, clock, random, liveness, onKindsChanged = () => () => {}}: SourceOpenerParts): OpenSource {
  return <Row>(spec: SourceSpec<Row>, sink: SourceSink<Row>) => {
    const reflector = new Reflector(spec, sink, {port, clock, random, liveness, onKindsChanged});
    reflector.start();
    return reflector;
  };
}
