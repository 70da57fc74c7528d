"""Make a tiny MLX model that always gives the same valid enrichment, token by token.

    python make_chain_model.py OUT_DIR [--words N]

For tests of what surrounds a model: the real mlx_lm.server loads it, batches it, caches its prompts and streams it,
in milliseconds on a CPU. It has one layer that does nothing (its output projections are zero), and an output matrix
that maps each token to its successor in a fixed chain: assistant mark -> first piece -> ... -> end. It knows nothing
of its input: never judge the quality of enrichments with it.
"""
import argparse, json, pathlib

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH = 256
HEAD, TAIL = '{"summary":"Chain model answer with', ' words.","tags":["chain","model","fixture"],' \
    '"importance":5,"intent":"implementing","primary_symbols":["chain_model"],"resolved_query":"How does a chain model answer?",' \
    '"epistemic_level":"validated","debt_impact":"none","external_deps":[],"sentiment_label":"neutral","sentiment_score":0.0}'
SPECIAL = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]


def byte_alphabet() -> dict[int, str]:
    """The byte-level alphabet of GPT-2: printable bytes stand for themselves, the others are moved up."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in kept]
    return {b: chr(b) for b in kept} | {b: chr(256 + i) for i, b in enumerate(rest)}


def main(out: pathlib.Path, words: int) -> None:
    alphabet = byte_alphabet()
    spell = lambda text: "".join(alphabet[b] for b in text.encode())
    pieces = [spell(p) for p in [HEAD, *(f" w{i:04d}" for i in range(words)), TAIL]]
    vocabulary = [*SPECIAL, *alphabet.values(), *pieces]
    index = {token: i for i, token in enumerate(vocabulary)}

    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE(vocab=index, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in SPECIAL])
    tokenizer.save(str(out / "tokenizer.json"))

    random = np.random.default_rng(0)
    embedding = random.standard_normal((len(vocabulary), WIDTH)).astype(np.float32)
    chain = [index["<|assistant|>"], *(index[p] for p in pieces), index["<|end|>"]]
    successor = dict(zip(chain, chain[1:]))
    output = np.zeros_like(embedding)
    for token in range(len(vocabulary)):
        output[successor.get(token, index["<|end|>"])] += embedding[token] if token in successor else 0
    zeros = lambda *shape: np.zeros(shape, np.float32)
    layer = "model.layers.0."
    save_file({
        "model.embed_tokens.weight": embedding, "lm_head.weight": output, "model.norm.weight": np.ones(WIDTH, np.float32),
        layer + "input_layernorm.weight": np.ones(WIDTH, np.float32),
        layer + "post_attention_layernorm.weight": np.ones(WIDTH, np.float32),
        **{layer + f"self_attn.{p}_proj.weight": zeros(WIDTH, WIDTH) for p in "qkvo"},
        layer + "mlp.gate_proj.weight": zeros(64, WIDTH), layer + "mlp.up_proj.weight": zeros(64, WIDTH),
        layer + "mlp.down_proj.weight": zeros(WIDTH, 64),
    }, out / "model.safetensors", metadata={"format": "mlx"})
    (out / "config.json").write_text(json.dumps({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "float32", "hidden_size": WIDTH,
        "num_hidden_layers": 1, "intermediate_size": 64, "num_attention_heads": 4, "num_key_value_heads": 4,
        "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "vocab_size": len(vocabulary), "max_position_embeddings": 65536,
        "tie_word_embeddings": False, "bos_token_id": 0, "eos_token_id": 0,
    }, indent=1))
    (out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": SPECIAL[0], "model_max_length": 65536,
        "clean_up_tokenization_spaces": False,
        "chat_template": "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}{% endfor %}"
                         "{% if add_generation_prompt %}<|assistant|>{% endif %}",
    }, indent=1))
    print(f"{out}: {len(vocabulary)} tokens, an answer of {len(pieces)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--words", type=int, default=40, help="length of the answer, in tokens (about)")
    arguments = parser.parse_args()
    main(arguments.out, arguments.words)
