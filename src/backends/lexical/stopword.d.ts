/** The lists of the stopword package that are used here; it comes without types. */
declare module "stopword" {
  type Words = readonly string[];
  export const ara: Words;
  export const deu: Words;
  export const eng: Words;
  export const fra: Words;
  export const heb: Words;
  export const ita: Words;
  export const jpn: Words;
  export const kor: Words;
  export const nld: Words;
  export const por: Words;
  export const rus: Words;
  export const spa: Words;
  export const zho: Words;
}
