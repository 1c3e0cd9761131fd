// Lets tests compute on SwiftShader, a Vulkan driver that is a program, where no driver is chosen and Debian's chromium-common is installed.
import { existsSync } from "node:fs";

const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Must be called before the process first asks for a GPU. */
export function useSoftwareGpu(): void {
  const isChosen = process.env["VK_DRIVER_FILES"] !== undefined || process.env["VK_ICD_FILENAMES"] !== undefined;
  if (!isChosen && existsSync(DRIVER)) process.env["VK_ICD_FILENAMES"] = DRIVER;
}
