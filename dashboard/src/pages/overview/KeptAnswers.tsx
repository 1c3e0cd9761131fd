// Answers whose text is kept where this dashboard is served: the way from a question to who was paid for its answer.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useConfig } from "../../data/config.ts";
import { Section } from "../../parts/Section.tsx";
import { paths } from "../../paths.ts";

interface Listed {
  id: string;
  prompt: string;
}

export function KeptAnswers() {
  const { answers } = useConfig();
  const { data } = useQuery({
    queryKey: ["answers"],
    queryFn: async ({ signal }) => {
      const response = await fetch("/answers/newest.json", { signal });
      if (!response.ok) throw new Error(`/answers/newest.json: answered ${response.status}`);
      return ((await response.json()) as { answers: Listed[] }).answers;
    },
    enabled: answers,
    retry: false,
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <Section title="Who was paid for an answer">
      <p>
        These questions were asked and paid for from here; each leads to its answer, the records that shaped it, and who
        was paid.
      </p>
      <ul>
        {data.map(({ id, prompt }) => (
          <li key={id}>
            <Link className="foreign" to={paths.answer(id)}>
              {prompt}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
