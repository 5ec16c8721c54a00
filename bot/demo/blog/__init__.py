"""A small blog on loopback, shaped like WordPress as far as Backchannel looks at one."""

from bot.demo.blog.small_blog import SmallBlog

__all__ = ["SmallBlog"]
