// The parts of jsonld that are used; it comes without types.
declare module "jsonld" {
  export interface Term {
    termType: string;
    value: string;
    datatype?: Term;
    language?: string;
  }
  export type Quad = Record<"subject" | "predicate" | "object" | "graph", Term>;
  interface Options {
    base: null;
    documentLoader: (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown }>;
    eventHandler?: (given: { event: { code: string } }) => void;
  }
  const jsonld: {
    expand(document: unknown, options: Options): Promise<unknown[]>;
    toRDF(expanded: unknown, options: Options & { skipExpansion: true }): Promise<Quad[]>;
  };
  export default jsonld;
}
