/** Worker process: differentiates texts. */
import { serveTasks } from "../numerics/worker-pool.ts";
import type { GatherTask } from "./gather-rows.ts";
import { gradientComputer, type GradientJob } from "./gradient-computer.ts";
import type { TokenText } from "./gradients.ts";

serveTasks<GradientJob, GatherTask<TokenText>, Float32Array>((job) => Promise.resolve(gradientComputer(job)));
