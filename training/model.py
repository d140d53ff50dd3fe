"""A small Transformer in plain PyTorch: one model for both directions, told apart by a tag."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, linear, relu, scaled_dot_product_attention

PAD, UNK, BOS, EOS = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Shape:
    """4.5 million parameters with these values and 8,000 pieces."""

    width: int = 192
    heads: int = 4
    inner: int = 768
    encoder: int = 4
    decoder: int = 2
    dropout: float = 0.15


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, *, cross: bool = False) -> None:
        super().__init__()
        self.heads, self.cross = heads, cross
        if cross:
            self.q, self.kv = nn.Linear(width, width), nn.Linear(width, 2 * width)
        else:
            self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        mask: Tensor | None = None,
        causal: bool = False,
    ) -> Tensor:
        batch, _, width = x.shape
        if self.cross:
            assert memory is not None
            parts = (self.q(x), *self.kv(memory).chunk(2, -1))
        else:
            parts = self.qkv(x).chunk(3, -1)
        q, k, v = (
            t.view(batch, -1, self.heads, width // self.heads).transpose(1, 2) for t in parts
        )
        y = scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.out(y.transpose(1, 2).reshape(batch, -1, width))


class Layer(nn.Module):
    def __init__(self, shape: Shape, *, decoder: bool) -> None:
        super().__init__()
        width, heads = shape.width, shape.heads
        self.decoder = decoder
        self.n1, self.self_att = nn.LayerNorm(width), Attention(width, heads)
        if decoder:
            self.n2, self.cross_att = nn.LayerNorm(width), Attention(width, heads, cross=True)
        self.n3 = nn.LayerNorm(width)
        self.f1, self.f2 = nn.Linear(width, shape.inner), nn.Linear(shape.inner, width)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, memory: Tensor | None, mask: Tensor) -> Tensor:
        own = None if self.decoder else mask
        x = x + self.drop(self.self_att(self.n1(x), mask=own, causal=self.decoder))
        if self.decoder:
            x = x + self.drop(self.cross_att(self.n2(x), memory, mask))
        return x + self.drop(self.f2(self.drop(relu(self.f1(self.n3(x))))))


class Model(nn.Module):
    def __init__(self, pieces: int, shape: Shape, *, longest: int = 256) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.emb = nn.Embedding(pieces, width)
        nn.init.normal_(self.emb.weight, std=width**-0.5)
        self.enc = nn.ModuleList(Layer(shape, decoder=False) for _ in range(shape.encoder))
        self.dec = nn.ModuleList(Layer(shape, decoder=True) for _ in range(shape.decoder))
        self.enc_norm, self.dec_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.drop, self.bias = nn.Dropout(shape.dropout), nn.Parameter(torch.zeros(pieces))
        half = width // 2
        rates = torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))
        angles = torch.arange(longest)[:, None] * rates[None]
        self.register_buffer("pos", torch.cat([angles.sin(), angles.cos()], 1))

    def loss(self, source: Tensor, target_in: Tensor, target_out: Tensor) -> Tensor:
        """Cross entropy a token, labels smoothed by 0.1."""
        mask = (source != PAD)[:, None, None, :]
        memory = self._embedded(source)
        for layer in self.enc:
            memory = layer(memory, None, mask)
        memory, y = self.enc_norm(memory), self._embedded(target_in)
        for layer in self.dec:
            y = layer(y, memory, mask)
        real = target_out != PAD
        scores = linear(self.dec_norm(y)[real], self.emb.weight, self.bias)
        return cross_entropy(scores, target_out[real], label_smoothing=0.1)

    def _embedded(self, tokens: Tensor) -> Tensor:
        return self.drop(
            self.emb(tokens) * math.sqrt(self.shape.width) + self.pos[: tokens.size(1)]
        )
