"""Makes tiny random-weight models and the losses and adapter gradients that transformers, PEFT and PyTorch give for them."""

import json
import shutil
from pathlib import Path

import numpy
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

FIXTURES = Path(__file__).parent / "fixtures"
CONTEXT = 96
LEARNT_FROM = [
    "The river rises in the hills and runs to the sea, where the whale swims.",
    "Of the whale and the ship, and of the senate of the union, much was written in the year 1851.",
    "A ship is built of oak; the union is built of states, and the river of streams.",
] * 4
TEXTS = [
    "The whale swims.",
    "In the year 1851 the ship ran down the river to the sea; the senate of the union wrote of it.",
    "Naïve café — 東京 🐋\n\tif (x == 10) return;  two  spaces",
]
WITH_GRADIENTS = [0, 2]
# What models of the Qwen family split texts by, before bytes are merged.
QWEN_PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def gpt2_tokenizer():
    """Byte-level pairs, no token at the start."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return train_on_bytes(tokenizer)


def qwen_tokenizer():
    """Byte-level pairs within pieces of a regular expression, after NFC."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return train_on_bytes(tokenizer)


def train_on_bytes(tokenizer):
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=288, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"], show_progress=False
    )
    tokenizer.train_from_iterator(LEARNT_FROM, trainer)
    return tokenizer


def llama_tokenizer():
    """As converted from SentencePiece: words begin with a mark, unknown characters fall back to bytes, texts start with a token."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    learner.train_from_iterator(LEARNT_FROM, trainers.BpeTrainer(vocab_size=80, show_progress=False))
    learnt = json.loads(learner.to_str())["model"]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *learnt["vocab"]]
    vocabulary = {token: place for place, token in enumerate(tokens)}
    merges = [tuple(pair) for pair in learnt["merges"]]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def llama_sizes(vocabulary, **more):
    return dict(
        vocab_size=vocabulary,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        initializer_range=0.3,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
        **more,
    )


LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
LINEAR_ROPE = {"rope_type": "linear", "rope_theta": 500.0, "factor": 4.0}
ALL_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def cases():
    """Name, tokenizer, model, type of the stored weights, size of a shard, settings of the adapter, other settings of the rotation."""
    gpt2 = gpt2_tokenizer()
    yield (
        "gpt2",
        gpt2,
        GPT2LMHeadModel(
            GPT2Config(
                vocab_size=gpt2.get_vocab_size(),
                n_embd=16,
                n_head=4,
                n_layer=2,
                n_positions=CONTEXT,
                initializer_range=0.3,
                bos_token_id=None,
                eos_token_id=None,
            )
        ),
        torch.float32,
        "1GB",
        dict(r=2, lora_alpha=4, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True),
        {},
    )
    llama = llama_tokenizer()
    yield (
        "llama",
        llama,
        LlamaForCausalLM(
            LlamaConfig(
                **llama_sizes(llama.get_vocab_size(), attention_bias=True, mlp_bias=True), rope_parameters=LLAMA3_ROPE
            )
        ),
        torch.bfloat16,
        "12KB",
        dict(r=2, lora_alpha=3, target_modules=[*ALL_LINEAR, "lm_head"], use_rslora=True),
        {"linear": LINEAR_ROPE, "default": {"rope_type": "default", "rope_theta": 10000.0}},
    )
    qwen = qwen_tokenizer()
    size = qwen.get_vocab_size()
    yield (
        "qwen2",
        qwen,
        Qwen2ForCausalLM(Qwen2Config(**llama_sizes(size, tie_word_embeddings=True))),
        torch.float16,
        "1GB",
        dict(r=3, lora_alpha=3, target_modules=["q_proj", "v_proj"]),
        {},
    )
    yield (
        "qwen3",
        qwen,
        Qwen3ForCausalLM(Qwen3Config(**llama_sizes(size, head_dim=8, hidden_act="gelu", tie_word_embeddings=True))),
        torch.bfloat16,
        "1GB",
        dict(r=2, lora_alpha=4, target_modules=ALL_LINEAR),
        {},
    )


def scramble(parameters):
    """Gains, biases and adapters start as ones and zeros, which would hide mistakes."""
    with torch.no_grad():
        for parameter in parameters:
            parameter.add_(0.3 * torch.randn_like(parameter))


def summed_loss(model, tokens):
    logits = model(torch.tensor([tokens])).logits[0]
    return torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(tokens[1:]), reduction="sum")


def stored(folder, **settings):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager", **settings).eval()


def make(name, tokenizer, model, dtype, shard, lora, rotations):
    folder = FIXTURES / name
    scramble(parameter for parameter in model.parameters() if parameter.dim() == 1)
    model.to(dtype).save_pretrained(folder, max_shard_size=shard)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    adapted = get_peft_model(stored(folder), LoraConfig(task_type="CAUSAL_LM", **lora)).float()
    scramble(parameter for parameter in adapted.parameters() if parameter.requires_grad)
    # Without a copy of the head, which PEFT adds where the head is adapted.
    adapted.save_pretrained(folder / "adapter", save_embedding_layers=False)
    adapter_config = folder / "adapter" / "adapter_config.json"
    settings = json.loads(adapter_config.read_text())
    settings["base_model_name_or_path"] = None
    settings["target_modules"] = sorted(settings["target_modules"])
    adapter_config.write_text(json.dumps(settings, indent=2) + "\n")
    for needless in [folder / "adapter" / "README.md", folder / "generation_config.json"]:
        needless.unlink(missing_ok=True)

    tokens = [tokenizer.encode(text).ids for text in TEXTS]
    base = stored(folder)
    losses = [summed_loss(base, ids).item() for ids in tokens]
    rotated = {}
    for title, parameters in rotations.items():
        model = stored(folder, rope_parameters=parameters)
        rotated[title] = {"parameters": parameters, "losses": [summed_loss(model, ids).item() for ids in tokens]}
    adapted = PeftModel.from_pretrained(base, folder / "adapter", is_trainable=True).double().eval()
    trained = {title: value for title, value in adapted.named_parameters() if value.requires_grad}
    adapted_losses, gradients = [], {}
    for row, ids in enumerate(tokens):
        loss = summed_loss(adapted, ids)
        adapted_losses.append(loss.item())
        if row not in WITH_GRADIENTS:
            continue
        for title, gradient in zip(trained, torch.autograd.grad(loss, list(trained.values()))):
            gradients[f"{row} {title.replace('.default.', '.')}"] = gradient.float().contiguous()
    save_file(gradients, folder / "gradients.safetensors")
    expected = dict(texts=TEXTS, tokens=tokens, losses=losses, adaptedLosses=adapted_losses, rotations=rotated)
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")


def make_features():
    rows = numpy.random.default_rng(1).standard_normal((5, 3))
    numpy.save(FIXTURES / "features.npy", rows.astype(numpy.float16))
    save_numpy({"features": rows.astype(numpy.float16)}, FIXTURES / "features.safetensors")
    (FIXTURES / "features.json").write_text(json.dumps(rows.astype(numpy.float16).astype(float).tolist()) + "\n")


if __name__ == "__main__":
    shutil.rmtree(FIXTURES, ignore_errors=True)
    FIXTURES.mkdir()
    torch.manual_seed(1)
    for case in cases():
        make(*case)
    make_features()
