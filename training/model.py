"""A small Transformer in plain PyTorch: one model for both directions, told apart by a tag.

Written for a processor without an accelerator: the matrix products run in bfloat16 (five times as
fast there as float32), dropout is cut from a pool of chance drawn beforehand, attention is two
batched products, and the loss of the large last layer is worked out piece by piece together with
its gradient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, relu

PAD, UNK, BOS, EOS = 0, 1, 2, 3
NEVER = -1e4  # what attention adds where it must not look
SMOOTHING = 0.1


@dataclass(frozen=True, slots=True)
class Shape:
    """4.5 million parameters with these values and 8,000 pieces."""

    width: int = 192
    heads: int = 4
    inner: int = 768
    encoder: int = 4
    decoder: int = 2
    dropout: float = 0.15


class Dropout(nn.Module):
    """Masks are slices of one pool at chance places: drawing them anew took a fifth of a step."""

    POOL = 1 << 23

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self._pools: dict[tuple[torch.device, torch.dtype], Tensor] = {}

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.share:
            return x
        pool = self._pools.get((x.device, x.dtype))
        if pool is None or pool.numel() <= x.numel():
            pool = torch.empty(max(self.POOL, 2 * x.numel()), device=x.device)
            pool = pool.bernoulli_(1 - self.share).div_(1 - self.share).to(x.dtype)
            self._pools[x.device, x.dtype] = pool
        start = int(torch.randint(pool.numel() - x.numel(), ()))
        return x * pool[start : start + x.numel()].view(x.shape)

    def refresh(self) -> None:
        self._pools.clear()


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, *, cross: bool = False) -> None:
        super().__init__()
        self.heads, self.cross = heads, cross
        if cross:
            self.q, self.kv = nn.Linear(width, width), nn.Linear(width, 2 * width)
        else:
            self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor, memory: Tensor | None = None) -> Tensor:
        """`mask`, (batch * heads, queries, keys), is added to the scores."""
        batch, _, width = x.shape
        if self.cross:
            assert memory is not None
            parts = (self.q(x), *self.kv(memory).chunk(2, -1))
        else:
            parts = self.qkv(x).chunk(3, -1)
        size = width // self.heads
        q, k, v = (
            part.view(batch, -1, self.heads, size).transpose(1, 2).reshape(-1, part.size(1), size)
            for part in parts
        )
        scores = torch.baddbmm(mask.to(q.dtype), q, k.transpose(1, 2), alpha=size**-0.5)
        y = torch.bmm(scores.softmax(-1).to(v.dtype), v)
        y = y.view(batch, self.heads, -1, size).transpose(1, 2)
        return self.out(y.reshape(batch, -1, width))


class Layer(nn.Module):
    def __init__(self, shape: Shape, drop: Dropout, *, decoder: bool) -> None:
        super().__init__()
        width, heads = shape.width, shape.heads
        self.decoder = decoder
        self.n1, self.self_att = nn.LayerNorm(width), Attention(width, heads)
        if decoder:
            self.n2, self.cross_att = nn.LayerNorm(width), Attention(width, heads, cross=True)
        self.n3 = nn.LayerNorm(width)
        self.f1, self.f2 = nn.Linear(width, shape.inner), nn.Linear(shape.inner, width)
        self.drop = drop

    def forward(
        self, x: Tensor, mask: Tensor, memory: Tensor | None = None, seen: Tensor | None = None
    ) -> Tensor:
        x = x + self.drop(self.self_att(self.n1(x), mask))
        if seen is not None:
            x = x + self.drop(self.cross_att(self.n2(x), seen, memory))
        return x + self.drop(self.f2(self.drop(relu(self.f1(self.n3(x))))))


class Model(nn.Module):
    def __init__(self, pieces: int, shape: Shape, *, longest: int = 256) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.emb = nn.Embedding(pieces, width)
        nn.init.normal_(self.emb.weight, std=width**-0.5)
        self.drop, self.bias = Dropout(shape.dropout), nn.Parameter(torch.zeros(pieces))
        self.enc = nn.ModuleList(
            Layer(shape, self.drop, decoder=False) for _ in range(shape.encoder)
        )
        self.dec = nn.ModuleList(
            Layer(shape, self.drop, decoder=True) for _ in range(shape.decoder)
        )
        self.enc_norm, self.dec_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        half = width // 2
        rates = torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))
        angles = torch.arange(longest)[:, None] * rates[None]
        self.register_buffer("pos", torch.cat([angles.sin(), angles.cos()], 1))

    def loss(self, source: Tensor, target_in: Tensor, target_out: Tensor) -> Tensor:
        """Cross entropy a token; labels are smoothed while training."""
        seen, ahead = self._masks(source, target_in)
        memory = self._embedded(source)
        for layer in self.enc:
            memory = layer(memory, seen(source.size(1)))
        memory, y = self.enc_norm(memory), self._embedded(target_in)
        for layer in self.dec:
            y = layer(y, ahead, memory, seen(target_in.size(1)))
        real = target_out != PAD
        wanted, smoothing = target_out[real], SMOOTHING if self.training else 0.0
        x = self.dec_norm(y)[real]
        with torch.autocast(x.device.type, enabled=False):
            x, table = x.bfloat16(), self.emb.weight.bfloat16()
            return _CrossEntropy.apply(x, table, self.bias, wanted, smoothing)

    def _masks(self, source: Tensor, target: Tensor) -> tuple[Any, Tensor]:
        heads, length = self.shape.heads, target.size(1)
        blank = torch.zeros(source.shape, dtype=torch.bfloat16, device=source.device)
        blank = blank.masked_fill_(source == PAD, NEVER).repeat_interleave(heads, 0)[:, None, :]
        ahead = torch.full((length, length), NEVER, dtype=torch.bfloat16, device=source.device)
        count = len(source) * heads
        return (
            lambda queries: blank.expand(-1, queries, -1),
            ahead.triu(1)[None].expand(count, -1, -1),
        )

    def _embedded(self, tokens: Tensor) -> Tensor:
        return self.drop(
            self.emb(tokens) * math.sqrt(self.shape.width) + self.pos[: tokens.size(1)]
        )


class _CrossEntropy(torch.autograd.Function):
    """The last layer and its loss, 512 tokens at a time, so that scores stay in the cache."""

    ROWS = 512

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, table: Tensor, bias: Tensor, wanted: Tensor, smoothing: float
    ) -> Tensor:
        count, pieces = len(x), len(table)
        to_x, to_table = torch.empty_like(x), torch.zeros_like(table, dtype=torch.float32)
        to_bias, total = torch.zeros_like(bias), torch.zeros((), device=x.device)
        low = bias.to(x.dtype)
        for start in range(0, count, _CrossEntropy.ROWS):
            rows = slice(start, start + _CrossEntropy.ROWS)
            right = wanted[rows, None]
            scores = linear(x[rows], table, low).float()
            whole = torch.logsumexp(scores, 1, keepdim=True)
            sure = (whole - scores.gather(1, right)).sum()
            total += (1 - smoothing) * sure
            if smoothing:
                total += smoothing * (whole[:, 0] - scores.mean(1)).sum()
            slope = scores.sub_(whole).exp_().sub_(smoothing / pieces)
            slope.scatter_add_(1, right, torch.full_like(whole, smoothing - 1)).div_(count)
            low_slope = slope.to(x.dtype)
            to_x[rows] = low_slope @ table
            to_table += low_slope.t() @ x[rows]
            to_bias += slope.sum(0)
        ctx.save_for_backward(to_x, to_table, to_bias)
        return total / count

    @staticmethod
    def backward(ctx: Any, *up: Tensor) -> tuple[Tensor | None, ...]:
        to_x, to_table, to_bias = ctx.saved_tensors
        return to_x * up[0], (to_table * up[0]).to(to_x.dtype), to_bias * up[0], None, None
