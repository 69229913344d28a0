"""Chat completions in OpenAI's dialect: hosted models, Ollama, vLLM, llama.cpp, LM Studio."""

from studium.ai.engines.openai.chat import OpenAIChat

__all__ = ["OpenAIChat"]
