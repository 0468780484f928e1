/** Decodes request bodies in Kubernetes' protobuf envelope into the JSON form of the object. */
import {BinaryReader, WireType} from '@bufbuild/protobuf/wire';
import {readString} from '../../domain/fields.ts';
import {protobufMessages} from './protobuf-messages.ts';

/** Every body starts with these four bytes: "k8s" and zero. */
const magic = [0x6b, 0x38, 0x73, 0x00];

/** A body that is not understood; the sender has to use JSON. */
export class ProtobufError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'ProtobufError';
  }
}

type Field = {readonly name: string; readonly type: string; readonly form: 'one' | 'list' | 'map'; readonly isKeptZero: boolean};

export function decodeProtobuf(bytes: Uint8Array): Record<string, unknown> {
  if (magic.some((byte, index) => bytes[index] !== byte))
    throw new ProtobufError('the body does not start with the protobuf prefix of Kubernetes');
  const envelope = new Decoder(bytes.subarray(magic.length)).message('Unknown');
  const apiVersion = readString(envelope, 'typeMeta.apiVersion') ?? '';
  const kind = readString(envelope, 'typeMeta.kind') ?? '';
  // DeleteOptions belongs to every group; it is the same message in all.
  const message = protobufMessages[`${apiVersion} ${kind}`] === undefined && kind === 'DeleteOptions' ? kind : `${apiVersion} ${kind}`;
  if (protobufMessages[message] === undefined) throw new ProtobufError(`${kind} of ${apiVersion} is only accepted as JSON or YAML`);
  const raw = readString(envelope, 'raw') ?? '';
  return {apiVersion, kind, ...new Decoder(Buffer.from(raw, 'base64')).message(message)};
}

/** Fields of one message by number. */
function fieldsOf(message: string): ReadonlyMap<number, Field> {
  const fields = new Map<number, Field>();
  for (const text of protobufMessages[message]?.split(', ') ?? []) {
    const [, name = '', spec = '', number = ''] = /^(\w+) (\S+)=(\d+)$/.exec(text) ?? [];
    const type = spec.replace(/^map<(\w+)>$/, '$1').replace(/\[\]$|\?$/, '');
    const form = spec.startsWith('map<') ? 'map' : spec.endsWith('[]') ? 'list' : 'one';
    fields.set(Number(number), {name, type, form, isKeptZero: spec.endsWith('?')});
  }
  return fields;
}

class Decoder {
  readonly #reader: BinaryReader;

  constructor(bytes: Uint8Array) {
    this.#reader = new BinaryReader(bytes);
  }

  message(message: string): Record<string, unknown> {
    const fields = fieldsOf(message);
    const decoded: Record<string, unknown> = {};
    const lists: Record<string, unknown[]> = {};
    const maps: Record<string, Record<string, unknown>> = {};
    while (this.#reader.pos < this.#reader.len) {
      const [number, wireType] = this.#reader.tag();
      const field = fields.get(number);
      if (field === undefined) this.#skip(message, number, wireType);
      else if (field.form === 'one') setUnlessZero(decoded, field, this.#value(field.type));
      else if (field.form === 'list') this.#append(lists, decoded, field);
      else this.#put(maps, decoded, field);
    }
    return decoded;
  }

  #append(lists: Record<string, unknown[]>, decoded: Record<string, unknown>, field: Field): void {
    const value = this.#value(field.type);
    if (value === undefined) return;
    lists[field.name] ??= [];
    lists[field.name]?.push(value);
    decoded[field.name] = lists[field.name];
  }

  #put(maps: Record<string, Record<string, unknown>>, decoded: Record<string, unknown>, field: Field): void {
    const entry = new Decoder(this.#reader.bytes()).#entry(field.type);
    const map = maps[field.name] ?? {};
    maps[field.name] = map;
    map[entry.key] = entry.value ?? '';
    decoded[field.name] = map;
  }

  #entry(type: string): {readonly key: string; readonly value: unknown} {
    let key = '';
    let value: unknown;
    while (this.#reader.pos < this.#reader.len) {
      const [number, wireType] = this.#reader.tag();
      if (number === 1) key = this.#reader.string();
      else if (number === 2) value = this.#value(type);
      else this.#reader.skip(wireType, number);
    }
    return {key, value};
  }

  #value(type: string): unknown {
    switch (type) {
      case 'string':
        return this.#reader.string();
      case 'bytes':
        return Buffer.from(this.#reader.bytes()).toString('base64');
      case 'bool':
        return this.#reader.bool();
      case 'int32':
        return this.#reader.int32();
      case 'int64':
        return Number(this.#reader.int64());
      case 'Skipped':
        this.#reader.bytes();
        return undefined;
      case 'Time':
      case 'MicroTime':
        return new Decoder(this.#reader.bytes()).#time(type);
      case 'Quantity':
        return new Decoder(this.#reader.bytes()).#scalars().get(1) ?? '0';
      case 'IntOrString':
        return new Decoder(this.#reader.bytes()).#intOrString();
      default:
        return new Decoder(this.#reader.bytes()).message(type);
    }
  }

  #time(type: 'Time' | 'MicroTime'): string | undefined {
    const parts = this.#scalars();
    if (parts.size === 0) return undefined;
    const seconds = Number(parts.get(1) ?? 0);
    const base = new Date(seconds * 1000).toISOString().slice(0, 19);
    if (type === 'Time') return `${base}Z`;
    const micros = Math.trunc(Number(parts.get(2) ?? 0) / 1000);
    return `${base}.${String(micros).padStart(6, '0')}Z`;
  }

  #intOrString(): string | number {
    const parts = this.#scalars();
    return Number(parts.get(1) ?? 0) === 0 ? Number(parts.get(2) ?? 0) : String(parts.get(3) ?? '');
  }

  /** Messages of numbers and strings only. */
  #scalars(): Map<number, string | number> {
    const parts = new Map<number, string | number>();
    while (this.#reader.pos < this.#reader.len) {
      const [number, wireType] = this.#reader.tag();
      if (wireType === WireType.Varint) parts.set(number, Number(this.#reader.int64()));
      else if (wireType === WireType.LengthDelimited) parts.set(number, this.#reader.string());
      else this.#reader.skip(wireType, number);
    }
    return parts;
  }

  /** Go sends zero values of fields it does not use; anything else that is not in the table would be lost. */
  #skip(message: string, number: number, wireType: WireType): void {
    const skipped = this.#reader.skip(wireType, number);
    const isZero = skipped.every(byte => byte === 0);
    if (!isZero) throw new ProtobufError(`field ${number} of ${message} is only accepted as JSON or YAML`);
  }
}

function setUnlessZero(decoded: Record<string, unknown>, field: Field, value: unknown): void {
  const isZero = value === '' || value === 0 || value === false;
  if (value === undefined || (isZero && !field.isKeptZero)) return;
  decoded[field.name] = value;
}
