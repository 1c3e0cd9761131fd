// Hardhat plugin that keeps the compiler's warnings about dependencies from burying those about this project.
import type { SolidityHooks } from "hardhat/types/hooks";
import type { HardhatPlugin } from "hardhat/types/plugins";

/** Where a warning about a dependency points to, in the compiler's formatted message. */
const DEPENDENCY_LOCATION = /^\s*--> \S*node_modules\//m;

/** forge-std 1.9.7 marks 200 assembly blocks with a comment that is deprecated in favour of an annotation. */
const DEPRECATED_MARK = /\/\/\/ @solidity memory-safe-assembly(\s+)assembly \{/g;

const hooks: Partial<SolidityHooks> = {
  // The compiler stops at 256 warnings, so these are prevented: a warning that is not reported cannot be shown.
  readSourceFile: async (context, path, next) => {
    const content = await next(context, path);
    return path.includes("forge-std") ? content.replaceAll(DEPRECATED_MARK, '$1assembly ("memory-safe") {') : content;
  },
  getCompilationJobErrors: async (context, job, output, next) => {
    const errors = await next(context, job, output);
    return errors.filter((e) => e.severity === "error" || !DEPENDENCY_LOCATION.test(e.formattedMessage ?? ""));
  },
};

export const quietDependencies: HardhatPlugin = {
  id: "tributary:quiet-dependencies",
  hookHandlers: {
    solidity: () => Promise.resolve({ default: () => Promise.resolve(hooks) }),
  },
};
