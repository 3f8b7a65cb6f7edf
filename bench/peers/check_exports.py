"""Reads exports with other people's readers and compares them with the picture and depth map they were made of.

    pip install OpenEXR plyfile trimesh numpy pillow
    ./suffice export out/NAME.png --format obj,ply,splat,exr,png16,animation --out exported
    python check_exports.py out/NAME.png exported
"""

import json
import sys
from pathlib import Path

import numpy as np
import OpenEXR
import trimesh
from PIL import Image
from plyfile import PlyData

picture, folder = Path(sys.argv[1]), Path(sys.argv[2])
stem = folder / picture.stem
sidecar = json.loads(picture.with_suffix(".json").read_text())
scale = sidecar["depth_scale"]
rgb = np.array(Image.open(picture).convert("RGB")) / 255.0
code = np.array(Image.open(picture.with_name(picture.stem + "-depth.png"))) / 65535.0
metres = scale["far_metres"] * (scale["near_metres"] / scale["far_metres"]) ** code


def check(name, value, limit):
    print(f"{name}: {value:.3g} (at most {limit})")
    if not value <= limit:
        sys.exit(f"{name} is wrong")


with OpenEXR.File(str(stem) + ".exr", separate_channels=True) as file:
    channels = {name: channel.pixels for name, channel in file.channels().items()}
linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
check("EXR: Z, relative", np.max(np.abs(channels["Z"] / metres - 1)), 1e-6)
check("EXR: colours", max(np.max(np.abs(channels[c] - linear[..., i])) for i, c in enumerate("RGB")), 5e-4)

millimetres = np.array(Image.open(str(stem) + "-depth-mm.png"))
check("PNG: millimetres", np.max(np.abs(millimetres - np.minimum(1000 * metres, 65535))), 0.5)

points = PlyData.read(str(stem) + ".ply")["vertex"]
xyz = np.stack([points[k] for k in ("x", "y", "z")], 1)
normals = np.stack([points[k] for k in ("nx", "ny", "nz")], 1)
check("PLY: length of normals, off by", np.max(np.abs(np.linalg.norm(normals, axis=1) - 1)), 1e-5)
check("PLY: share of normals away from the eye", np.mean(np.sum(xyz * normals, 1) > 0), 0)

splats = PlyData.read(str(stem) + ".splat.ply")["vertex"]
w, x, y, z = (splats[f"rot_{i}"] for i in range(4))
third = np.stack([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)], 1)
check("splats: thin axis against normal", np.max(np.abs(third - np.stack([splats[k] for k in ("nx", "ny", "nz")], 1))), 1e-5)
check("splats: thickness over width", np.max(np.exp(splats["scale_2"] - np.minimum(splats["scale_0"], splats["scale_1"]))), 0.11)

scene = trimesh.load(str(stem) + ".obj")
meshes = scene.geometry if hasattr(scene, "geometry") else {"one": scene}
print("OBJ:", {name: f"{len(mesh.vertices)} vertices, {len(mesh.faces)} triangles" for name, mesh in meshes.items()})

animation = Image.open(str(stem) + "-parallax.png")
print("animation:", animation.n_frames, "frames of", animation.size)
