// The parts of jsonld and rdf-canonize that are used; neither comes with types.
declare module "jsonld" {
  interface Options {
    base: null;
    documentLoader: (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown }>;
    eventHandler?: (given: { event: { code: string } }) => void;
  }
  const jsonld: {
    expand(document: unknown, options: Options): Promise<unknown[]>;
    toRDF(expanded: unknown, options: Options & { skipExpansion: true }): Promise<import("rdf-canonize").Quad[]>;
  };
  export default jsonld;
}

declare module "rdf-canonize" {
  interface Term {
    termType: string;
    value: string;
    datatype?: Term;
    language?: string;
  }
  type Quad = Record<"subject" | "predicate" | "object" | "graph", Term>;
  function canonize(
    dataset: Quad[],
    options: { algorithm: "RDFC-1.0"; format: "application/n-quads" },
  ): Promise<string>;
}
