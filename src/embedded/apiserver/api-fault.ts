/** A refusal on its way out of the server: the Status object with the reasons and sentences of kube-apiserver. */
import {apiVersionOf, type Resource, resourceName} from '../../domain/resource.ts';
import type {StatusCause} from '../../domain/status-error.ts';
import {joinFieldErrors} from './schema/field-error.ts';

export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
};

export type StatusBody = {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: {readonly continue?: string};
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
};

type Named = Pick<Resource, 'group' | 'plural'>;

export class ApiFault extends Error {
  readonly code: number;
  readonly body: StatusBody;

  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails, continueToken?: string) {
    super(message);
    this.name = 'ApiFault';
    this.code = code;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: continueToken === undefined ? {} : {continue: continueToken},
      status: 'Failure',
      message,
      ...(reason !== undefined && {reason}),
      ...(details !== undefined && {details}),
      code,
    };
  }

  static badRequest(message: string): ApiFault {
    return new ApiFault(400, 'BadRequest', message);
  }

  /** No such object. */
  static notFound(resource: Named, name: string): ApiFault {
    return new ApiFault(404, 'NotFound', `${resourceName(resource)} "${name}" not found`, detailsOf(resource, name));
  }

  /** No such kind, subresource or collection under a group that is served. */
  static notServed(): ApiFault {
    return new ApiFault(404, 'NotFound', 'the server could not find the requested resource', {});
  }

  static methodNotAllowed(): ApiFault {
    return new ApiFault(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  }

  static alreadyExists(resource: Named, name: string, isDeleting: boolean): ApiFault {
    const message = `${isDeleting ? 'object is being deleted: ' : ''}${resourceName(resource)} "${name}" already exists`;
    return new ApiFault(409, 'AlreadyExists', message, detailsOf(resource, name));
  }

  static conflict(resource: Named, name: string, why = modified): ApiFault {
    return new ApiFault(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": ${why}`,
      detailsOf(resource, name),
    );
  }

  static forbidden(resource: Named, name: string, why: string, causes?: readonly StatusCause[]): ApiFault {
    const details = {...detailsOf(resource, name), ...(causes !== undefined && {causes})};
    return new ApiFault(403, 'Forbidden', `${resourceName(resource)} "${name}" is forbidden: ${why}`, details);
  }

  /** `subject` is a kind (or, where kube-apiserver has it so, a plural) with its group. */
  static invalid(subject: {readonly kind: string; readonly group: string}, name: string, causes: readonly StatusCause[]): ApiFault {
    const {kind, group} = subject;
    const shown = group === '' ? kind : `${kind}.${group}`;
    const details = {...(name !== '' && {name}), ...(group !== '' && {group}), ...(kind !== '' && {kind}), causes};
    return new ApiFault(422, 'Invalid', `${shown} "${name}" is invalid: ${joinFieldErrors(causes)}`, details);
  }

  static unsupportedMedia(accepted: readonly string[]): ApiFault {
    const list = accepted.join(', ');
    return new ApiFault(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${list}`,
    );
  }

  static notAcceptable(message: string): ApiFault {
    return new ApiFault(406, 'NotAcceptable', message);
  }

  static expired(message: string, continueToken?: string): ApiFault {
    return new ApiFault(410, 'Expired', message, undefined, continueToken);
  }

  static unauthorized(): ApiFault {
    return new ApiFault(401, 'Unauthorized', 'Unauthorized');
  }

  static tooLarge(bytesMax: number): ApiFault {
    return new ApiFault(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${bytesMax}`);
  }

  static versionTooLarge(asked: number, current: number): ApiFault {
    const causes = [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version'}];
    const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
    return new ApiFault(504, 'Timeout', message, {causes, retryAfterSeconds: 1});
  }
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

export function success(details: StatusDetails): StatusBody {
  return {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details};
}

/** In details, `kind` carries the plural. */
export function detailsOf(resource: Named, name: string): StatusDetails {
  return {name, ...(resource.group !== '' && {group: resource.group}), kind: resource.plural};
}

/** `Gizmo in version "v1"`: how decoding faults begin. */
export function decodingFault(type: Resource, why: string): ApiFault {
  return ApiFault.badRequest(
    `${type.kind} in version "${apiVersionOf(type).split('/').at(-1)}" cannot be handled as a ${type.kind}: ${why}`,
  );
}
