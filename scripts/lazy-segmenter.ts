/** Stands in for `Intl.Segmenter` in the bundle: packages make theirs when they are loaded, and the first one costs the first frame 14 ms. */
export class LazySegmenter {
  readonly #parameters: ConstructorParameters<typeof Intl.Segmenter>;
  #segmenter: Intl.Segmenter | undefined;

  constructor(...parameters: ConstructorParameters<typeof Intl.Segmenter>) {
    this.#parameters = parameters;
  }

  segment(text: string): Intl.Segments {
    // By another name than the one that the bundler replaces.
    const {Segmenter} = globalThis.Intl;
    this.#segmenter ??= new Segmenter(...this.#parameters);
    return this.#segmenter.segment(text);
  }
}
