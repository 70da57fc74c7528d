/** Text files that the bundler puts into the binary. */
declare module "*.sql" {
  const text: string;
  export default text;
}

declare module "*.md" {
  const text: string;
  export default text;
}

declare module "*.txt" {
  const text: string;
  export default text;
}

declare module "*.sh" {
  const text: string;
  export default text;
}

/** Files that the bundler puts into the binary as they are: the value is where one can be read. */
declare module "*.wasm" {
  const path: string;
  export default path;
}

declare module "*.css" {
  const text: string;
  export default text;
}

declare module "uplot/dist/uPlot.iife.min.js" {
  const text: string;
  export default text;
}
