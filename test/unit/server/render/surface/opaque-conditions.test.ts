import { describe, expect, it } from "vitest";
import {
  keepConditionsOpaque,
  type ShaderCalls,
  withOpaqueConditions,
} from "../../../../../server/render/surface/opaque-conditions.ts";

const head = "#version 300 es\n";
const vertex = (body: string) => withOpaqueConditions(head + body, "vertex").slice(head.length);
const fragment = (body: string) => withOpaqueConditions(head + body, "fragment").slice(head.length);

describe("conditions of shaders", () => {
  it("ask what only the drawing knows, however they are written", () => {
    expect(vertex("if (a(b, (c))) d(); else if(e) f();")).toBe(
      "if ((a(b, (c))) && gl_VertexID > -1) d(); else if((e) && gl_VertexID > -1) f();",
    );
    expect(fragment("do { } while (a || b);")).toBe("do { } while ((a || b) && gl_FragCoord.x > -1.0);");
    expect(fragment("if (a) { if (b) discard; }")).toBe(
      "if ((a) && gl_FragCoord.x > -1.0) { if ((b) && gl_FragCoord.x > -1.0) discard; }",
    );
    expect(fragment("#define CUT if (a) discard\nCUT;")).toContain("if ((a) && gl_FragCoord.x > -1.0) discard\n");
  });

  it("of loops do so where a uniform is in them, so that others can be unrolled", () => {
    expect(vertex("uniform int count;\nfor (int i = 0; i < count; i++) a();")).toContain(
      "for (int i = 0;( i < count) && gl_VertexID > -1; i++)",
    );
    const fixed = "uniform int count;\nfor (int i = 0; i < 4; i++) a(count);";
    expect(vertex(fixed)).toBe(fixed);
  });

  it("stay as they are in comments, directives, and where that is not to be had", () => {
    const kept = "// if (a)\n/* while (b) */\n#if (C > 1)\n#endif\nint differ(int x);\nint notif = gif(1);";
    expect(fragment(kept)).toBe(kept);
    expect(fragment("if (a // )\n ) b();")).toBe("if (a // )\n ) b();");
    expect(withOpaqueConditions("if (a) b();", "vertex")).toBe("if (a) b();");
    const old = "uniform int n; for (int i = 0; i < n; i++) if (a) b();";
    expect(withOpaqueConditions(old, "fragment")).toBe(old.replace("(a)", "((a) && gl_FragCoord.x > -1.0)"));
  });

  it("are seen by who asks for the source as they were given", () => {
    const told: string[] = [];
    const gl: Required<ShaderCalls> = {
      shaderSource: (_, source) => void told.push(source),
      getShaderSource: () => told.at(-1) ?? null,
      getShaderParameter: () => 0x8b31,
    };
    keepConditionsOpaque(gl);
    const shader = {};
    gl.shaderSource(shader, `${head}if (a) b();`);
    expect(told).toEqual([`${head}if ((a) && gl_VertexID > -1) b();`]);
    expect(gl.getShaderSource(shader)).toBe(`${head}if (a) b();`);
  });
});
