/** One way to one API server, with every override applied: what the transport needs and nothing else. Holds secrets: never log it. */

/** PEM text, from a file that is read again as it changes or from the kubeconfig itself. */
export type PemSource =
  | {readonly kind: 'file'; readonly path: string; readonly file: string; readonly field: string}
  | {readonly kind: 'text'; readonly pem: string; readonly file: string; readonly field: string};

export type InteractiveMode = 'Never' | 'IfAvailable' | 'Always';

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export type ExecPlugin = {
  readonly apiVersion: 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint: string;
  readonly interactiveMode: InteractiveMode;
  readonly providesClusterInfo: boolean;
  /** The cluster's extension `client.authentication.k8s.io/exec`, passed on unread. */
  readonly clusterConfig: unknown;
};

/** The legacy auth-provider `oidc`, which the Deckhouse kubeconfig generator and others write. Empty where the file is silent. */
export type OidcProvider = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly idToken: string;
  readonly refreshToken: string;
  /** Trusted for the issuer alone. */
  readonly authority?: PemSource;
  readonly file: string;
  readonly field: string;
};

export type AuthMethod =
  | {readonly kind: 'none'}
  | {readonly kind: 'token'; readonly token: string}
  | {readonly kind: 'tokenFile'; readonly path: string; readonly field: string; readonly fallbackToken?: string}
  | {readonly kind: 'basic'; readonly username: string; readonly password: string}
  | {readonly kind: 'exec'; readonly plugin: ExecPlugin}
  | {readonly kind: 'oidc'; readonly provider: OidcProvider};

export type Impersonation = {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
};

export type TlsSettings = {
  readonly authority?: PemSource;
  readonly clientCertificate?: {readonly certificate: PemSource; readonly key: PemSource};
  /** The name that the certificate must carry, where it is not the server's host. */
  readonly serverName?: string;
  readonly isInsecure: boolean;
};

export type Connection = {
  readonly contextName: string;
  readonly clusterName: string;
  /** Empty where the context names none. */
  readonly userName: string;
  readonly namespace: string;
  /** With scheme, without a slash at the end; may have a path. */
  readonly server: string;
  readonly tls: TlsSettings;
  readonly proxyUrl?: string;
  readonly auth: AuthMethod;
  readonly impersonation?: Impersonation;
};
