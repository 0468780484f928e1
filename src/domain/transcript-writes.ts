/** One effect of a run as its transcript shows it: what, the command, and what stood there before, as short as a reader needs. */
import {type Fields, isFields, readString} from './fields.ts';

/** Of what stood there; the whole of it stays in the log. */
const beforeLengthMax = 700;

export function writtenLines(effect: Fields): readonly string[] {
  return [
    `    - ${String(effect.what)}`,
    `      $ ${String(effect.command)}`,
    ...(isFields(effect.inverse) ? [`      before: ${clipped(JSON.stringify(effect.inverse))}`] : []),
    ...(isFields(effect.before) ? [`      before: ${clipped(JSON.stringify(essenceOf(effect.before, effect.ref)))}`] : []),
  ];
}

/** Which object it was, and what its kind is looked up for. */
function essenceOf({metadata, spec, ...rest}: Fields, ref: unknown): Fields {
  const named = isFields(metadata) ? metadata : {};
  const {uid, creationTimestamp, labels, annotations} = named;
  const isPod = readString(ref, 'kind.kind') === 'Pod';
  const told = {uid, creationTimestamp, labels, ...(isPod ? {} : {annotations})};
  const kept = isPod && isFields(spec) ? podEssence(spec) : spec;
  return {metadata: told, ...(kept === undefined ? {} : {spec: kept}), ...rest};
}

function podEssence({nodeName, containers, volumes}: Fields): Fields {
  const images = listOf(containers).map(({name, image}) => ({name, image}));
  const claims = listOf(volumes).flatMap(({persistentVolumeClaim}) =>
    isFields(persistentVolumeClaim) ? [persistentVolumeClaim.claimName] : [],
  );
  return {nodeName, containers: images, claims};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function clipped(text: string): string {
  const left = text.length - beforeLengthMax;
  return left <= 0 ? text : `${text.slice(0, beforeLengthMax)}… (${left} more characters in the log)`;
}
