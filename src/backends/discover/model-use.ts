/** Which models are not for chat, by what a list says of them, else by how such models are called: data. Pure. */

/** Whole words of a name, since "bge" may be part of another; "embed" says it wherever it stands. */
const otherUses = [
  "rerank|reranker|bge|gte|e5|minilm|mxbai|uae|instructor|paraphrase|colbert|splade",
  "arctic-embed|nomic-bert|jina-clip|clip|siglip",
  "whisper|parakeet|kokoro|tts|asr|flux|sdxl|stable-diffusion",
].join("|");
const named = new RegExp(`embed|(?:^|[^a-z0-9])(?:${otherUses})(?![a-z])`, "i");

/** Architectures that read and do not write; Ollama names a model's, LM Studio too. */
const families = /^(?:nomic-)?bert|^(?:xlm-)?roberta|^jina-bert|^modern-bert|^t5encoder|^clip$/i;
/** LM Studio's word: `llm` and `vlm` write. */
const types = /^(?:embeddings?|rerank|audio|image)/i;

export interface Described {
  readonly name: string;
  readonly family?: string | null;
  readonly type?: string | null;
}

export function isForChat({ name, family, type }: Described): boolean {
  if (type !== null && type !== undefined) return !types.test(type);
  if (family !== null && family !== undefined && families.test(family)) return false;
  return !named.test(name);
}
