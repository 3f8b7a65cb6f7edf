"""Writes the models of ./suffice bench peers in the layouts that the other programs read, all with the same weights.

    python make_peer_models.py OUT [places] [sentiment] [smollm2=MODEL.gguf] [smollm2-openvino] [sd14=FOLDER]

Needs torch, diffusers, transformers, onnx, gguf, openvino and openvino-tokenizers. Without names the bundled models are written.

    OUT/places-diffusers      places with its text encoder, as a folder that diffusers opens
    OUT/places-openvino       the same in OpenVINO's format, as Optimum-Intel lays it out and OpenVINO GenAI reads it
    OUT/sentiment             sentiment with its adapter in it, for transformers; model.onnx in it is the same for ONNX Runtime
    OUT/smollm2               the weights of the GGUF file in single precision, for transformers and jlama
    OUT/smollm2-openvino      the same in OpenVINO's format; needs OUT/smollm2, and Optimum-Intel with the versions it wants
    OUT/sd14-openvino         FOLDER (of make_sd14_folder.py) in OpenVINO's format; diffusers and suffice read FOLDER itself

Everything stays in single precision: OpenVINO's converter would else round weights to half precision.
"""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]


def library(entry):
    """The library that a model's card names, from the local Maven repository; of the newest version where the card names none."""
    group, artifact = entry["maven"].split(":")
    folder = Path.home() / ".m2/repository" / group.replace(".", "/") / artifact
    versions = [entry["version"]] if "version" in entry else sorted((p.name for p in folder.iterdir() if p.is_dir()), reverse=True)
    return zipfile.ZipFile(folder / versions[0] / f"{artifact}-{versions[0]}.jar")


def encoder_state(graph, layers):
    """The exported graph's weights under transformers' names; its matrices are anonymous, the bias that is added after each tells which it is."""
    from onnx import numpy_helper

    arrays = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()).float() for i in graph.initializer}
    products = {node.output[0]: name for node in graph.node if node.op_type == "MatMul" for name in node.input if name in arrays}
    for node in graph.node:
        if node.op_type == "Add":
            for i in range(2):
                if node.input[i].endswith(".bias") and node.input[1 - i] in products:
                    arrays[node.input[i].removesuffix(".bias") + ".weight"] = arrays.pop(products[node.input[1 - i]]).T.contiguous()
    return {name: value for name, value in arrays.items() if name.startswith(("embeddings.", "encoder."))}


def bert(entry, layers, **more):
    """The sentence encoder in a library, as transformers has it."""
    import onnx
    from transformers import BertConfig, BertModel

    with library(entry).open(entry["file"]) as file:
        graph = onnx.load_model_from_string(file.read()).graph
    model = BertModel(BertConfig(hidden_size=384, num_hidden_layers=layers, num_attention_heads=12, intermediate_size=1536, **more), add_pooling_layer=False)
    state = encoder_state(graph, layers)
    missing, unknown = model.load_state_dict(state, strict=False)
    assert not [name for name in missing if "position_ids" not in name and "token_type_ids" not in name], missing
    assert not [name for name in unknown if "position_ids" not in name], unknown
    return model.eval()


def tokenizer(entry, folder):
    from transformers import PreTrainedTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    source = json.loads(library(entry).read(entry["tokenizer_file"]))
    source["truncation"] = source["padding"] = None
    (folder / "tokenizer.json").write_text(json.dumps(source))
    return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), model_max_length=entry["max_length"], pad_token="[PAD]",
                                   cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]", mask_token="[MASK]")


class MaskedEncoder(torch.nn.Module):
    """The text encoder as pipelines for CLIP call it, with numbers alone: the mask is where no padding is."""

    def __init__(self, encoder, pad):
        super().__init__()
        self.encoder = encoder
        self.pad = pad

    def forward(self, input_ids):
        ids = input_ids.long()
        states = self.encoder(input_ids=ids, attention_mask=(ids != self.pad).long()).last_hidden_state
        return {"last_hidden_state": states, "pooler_output": states[:, 0]}


class Clip(torch.nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids):
        result = self.encoder(input_ids.long())
        return {"last_hidden_state": result.last_hidden_state, "pooler_output": result.pooler_output}


class Unet(torch.nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states):
        return {"out_sample": self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]}


class Decoder(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample):
        return {"sample": self.vae.decode(latent_sample, return_dict=False)[0]}


def convert(module, example, path):
    import openvino

    dynamic = {name: openvino.PartialShape([-1] * value.ndim) for name, value in example.items()}
    if "sample" in dynamic:  # as Optimum-Intel exports: the channels are known
        dynamic["sample"] = openvino.PartialShape([-1, example["sample"].shape[1], -1, -1])
        dynamic["encoder_hidden_states"] = openvino.PartialShape([-1, -1, example["encoder_hidden_states"].shape[2]])
    if "latent_sample" in dynamic:
        dynamic["latent_sample"] = openvino.PartialShape([-1, example["latent_sample"].shape[1], -1, -1])
    with torch.no_grad():
        model = openvino.convert_model(module.eval(), example_input=example, input=[(name, dynamic[name]) for name in example])
    path.parent.mkdir(parents=True, exist_ok=True)
    openvino.save_model(model, path, compress_to_fp16=False)
    del model


def openvino_folder(source, target, text, tokens, vocabulary):
    """A folder as Optimum-Intel writes it. source is in diffusers' layout."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    import openvino
    from openvino_tokenizers import convert_tokenizer

    shutil.rmtree(target, ignore_errors=True)
    unet = UNet2DConditionModel.from_pretrained(source / "unet", torch_dtype=torch.float32)
    width = unet.config.cross_attention_dim
    convert(Unet(unet), {"sample": torch.zeros(2, unet.config.in_channels, 16, 16), "timestep": torch.tensor(1),
                         "encoder_hidden_states": torch.zeros(2, tokens.model_max_length, width)}, target / "unet/openvino_model.xml")
    del unet
    vae = AutoencoderKL.from_pretrained(source / "vae", torch_dtype=torch.float32)
    convert(Decoder(vae), {"latent_sample": torch.zeros(1, vae.config.latent_channels, 16, 16)}, target / "vae_decoder/openvino_model.xml")
    convert(text, {"input_ids": torch.zeros(1, tokens.model_max_length, dtype=torch.int64)}, target / "text_encoder/openvino_model.xml")
    shutil.copy(source / "unet/config.json", target / "unet/config.json")
    shutil.copy(source / "vae/config.json", target / "vae_decoder/config.json")
    (target / "text_encoder/config.json").write_text(json.dumps({
        "architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "hidden_size": width, "projection_dim": width,
        "max_position_embeddings": tokens.model_max_length, "vocab_size": vocabulary, "pad_token_id": tokens.pad_token_id}))
    shutil.copytree(source / "scheduler", target / "scheduler")
    tokens.save_pretrained(target / "tokenizer")
    openvino.save_model(convert_tokenizer(tokens, use_max_padding=True), target / "tokenizer/openvino_tokenizer.xml")
    (target / "model_index.json").write_text(json.dumps({
        "_class_name": "StableDiffusionPipeline", "requires_safety_checker": False, "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": ["optimum", "OVModelTextEncoder"], "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
        "unet": ["optimum", "OVModelUnet"], "vae_decoder": ["optimum", "OVModelVaeDecoder"],
        "safety_checker": [None, None], "feature_extractor": [None, None], "image_encoder": [None, None]}, indent=1))
    index = json.loads((target / "model_index.json").read_text())
    index["scheduler"] = ["diffusers", json.loads((target / "scheduler/scheduler_config.json").read_text())["_class_name"]]
    (target / "model_index.json").write_text(json.dumps(index, indent=1))


def places(out):
    source = ROOT / "bundled/places"
    entry = json.loads((source / "suffice.json").read_text())["text_encoder"]
    encoder = bert(entry, 6)
    tokens = tokenizer(entry, out / "places-diffusers/tokenizer")
    target = out / "places-diffusers"
    for part in ("unet", "vae", "scheduler"):
        shutil.copytree(source / part, target / part, dirs_exist_ok=True)
    encoder.save_pretrained(target / "text_encoder")
    tokens.save_pretrained(target / "tokenizer")
    openvino_folder(source, out / "places-openvino", MaskedEncoder(encoder, tokens.pad_token_id), tokens, len(tokens))


def sentiment(out):
    from safetensors.torch import load_file
    from transformers import AutoConfig, BertForSequenceClassification

    source = ROOT / "bundled/sentiment"
    entry = json.loads((source / "classifier.json").read_text())["base"]
    adapter = json.loads((source / "adapter_config.json").read_text())
    config = AutoConfig.from_pretrained(source)
    config.dtype = "float32"
    model = BertForSequenceClassification(config)
    state = {"bert." + name: value for name, value in bert(entry, config.num_hidden_layers).state_dict().items()}
    tensors = {name.removeprefix("base_model.model."): value.float() for name, value in load_file(source / "adapter_model.safetensors").items()}
    for name, value in tensors.items():
        if name.endswith(".lora_A.weight"):
            matrix = name.removesuffix(".lora_A.weight")
            state[matrix + ".weight"] += tensors[matrix + ".lora_B.weight"] @ value * (adapter["lora_alpha"] / adapter["r"])
        elif ".lora_B." not in name:
            state[name] = value
    missing, unknown = model.load_state_dict(state, strict=False)
    assert not missing and not unknown, (missing, unknown)
    target = out / "sentiment"
    model.eval().save_pretrained(target)
    tokenizer(entry, target).save_pretrained(target)
    ids = torch.ones(1, 8, dtype=torch.int64)
    names = ["input_ids", "attention_mask", "token_type_ids"]

    class Call(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits

    model.set_attn_implementation("eager")
    torch.onnx.export(Call().eval(), (ids, ids, ids * 0), target / "model.onnx", input_names=names, output_names=["logits"], dynamo=False,
                      opset_version=17, dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names})


def smollm2(out, gguf):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    gguf = Path(gguf)
    target = out / "smollm2"
    model = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32)
    state, config = model.state_dict(), model.config
    del config.quantization_config  # it is not quantised any more
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(state)
    model.save_pretrained(target)
    AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name).save_pretrained(target)


def smollm2_openvino(out):
    import openvino
    from openvino_tokenizers import convert_tokenizer
    from optimum.intel import OVModelForCausalLM
    from transformers import AutoTokenizer

    target = out / "smollm2-openvino"
    OVModelForCausalLM.from_pretrained(out / "smollm2", export=True, compile=False, load_in_8bit=False).save_pretrained(target)
    tokens = AutoTokenizer.from_pretrained(out / "smollm2")
    tokens.save_pretrained(target)
    encoder, decoder = convert_tokenizer(tokens, with_detokenizer=True)
    openvino.save_model(encoder, target / "openvino_tokenizer.xml")
    openvino.save_model(decoder, target / "openvino_detokenizer.xml")


def sd14(out, folder):
    from transformers import CLIPTextModel, CLIPTokenizerFast

    source = Path(folder)
    tokens = CLIPTokenizerFast.from_pretrained(source / "tokenizer")
    encoder = CLIPTextModel.from_pretrained(source / "text_encoder").eval()
    openvino_folder(source, out / "sd14-openvino", Clip(encoder), tokens, 49408)


def main():
    out = Path(sys.argv[1])
    makers = {"places": places, "sentiment": sentiment, "smollm2": smollm2, "smollm2-openvino": smollm2_openvino, "sd14": sd14}
    for word in sys.argv[2:] or ["places", "sentiment"]:
        name, _, argument = word.partition("=")
        print(f"{name} ...", file=sys.stderr, flush=True)
        makers[name](out, *([argument] if argument else []))


if __name__ == "__main__":
    main()
